import { Menu, UnstyledButton } from '@mantine/core';
import { IconCheck, IconChevronDown, IconDatabasePlus } from '@tabler/icons-react';
import type { LabEngine } from '../../engine/types.ts';
import { countedModality, countsOf } from '../../state/data/words.ts';
import { inList } from '../../state/workshop/recipesWords.ts';
import { useLab } from '../shared/LabContext.tsx';
import styles from './CollectionMenu.module.css';

/** What the collection in use is, in a sentence or two. */
export function aboutCollection({ manifest, embedded }: Pick<LabEngine, 'manifest' | 'embedded'>): string {
  const { name, image, audio, text, seed } = manifest;
  if (embedded) {
    return `${name}: ${image.length} pictures in a style no encoder was trained on, ${audio.length} synthesised sounds none has heard, ${text.length} captions none has read. Seed ${seed}.`;
  }
  const counts = { text: text.length, image: image.length, audio: audio.length };
  return `${name}: ${inList(countsOf(counts).map(({ modality, n }) => countedModality(modality, n)))} of your own. They stay in this browser.`;
}

/** The collection in use, and the others to go to. */
export function CollectionMenu() {
  const engine = useLab((s) => s.engine);
  const collections = useLab((s) => s.data.collections);
  const opening = useLab((s) => s.data.opening);
  const openCollection = useLab((s) => s.useCollection);
  const showData = useLab((s) => s.showData);
  const show = useLab((s) => s.show);
  const { id: current, name } = engine.manifest;
  const target = collections.find(({ id }) => id === opening);
  return (
    <Menu position="bottom-start" width={320} withinPortal>
      <Menu.Target>
        <UnstyledButton
          className={styles.target!}
          aria-label={`Collection: ${name}`}
          aria-busy={target !== undefined}
        >
          <span>{target ? `Opening ${target.name} …` : name}</span>
          <IconChevronDown size={16} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {collections.map(({ id, name: own, counts, ready, why }) => (
          <Menu.Item
            key={id}
            className={styles.entry!}
            disabled={!ready}
            aria-current={id === current}
            leftSection={
              <IconCheck
                size={16}
                aria-hidden
                style={{ visibility: id === current ? 'visible' : 'hidden' }}
              />
            }
            onClick={() => (id === current ? show('lab') : void openCollection(id))}
          >
            <span className={styles.item}>
              <b>{own}</b>
              <small>
                {ready
                  ? countsOf(counts)
                      .map(({ modality, n }) => countedModality(modality, n))
                      .join(', ')
                  : (why ?? 'Not ready yet')}
              </small>
            </span>
          </Menu.Item>
        ))}
        <Menu.Item
          leftSection={<IconDatabasePlus size={16} aria-hidden />}
          onClick={() => showData('collections')}
        >
          Your data …
        </Menu.Item>
        <Menu.Divider />
        <p className={styles.about}>{aboutCollection(engine)}</p>
      </Menu.Dropdown>
    </Menu>
  );
}
