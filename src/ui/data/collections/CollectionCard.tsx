import { ActionIcon, Button, Menu, Popover } from '@mantine/core';
import { IconDeviceFloppy, IconDots, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { CollectionInfo } from '../../../engine/collections/types.ts';
import { nVectors, spacesToEncode } from '../../../state/data/encodeChoice.ts';
import { encodedKey } from '../../../state/data/keeper.ts';
import { bytesWords, countedModality, countsOf, ORIGIN_WORDS } from '../../../state/data/words.ts';
import { inList } from '../../../state/workshop/recipesWords.ts';
import { saveFile } from '../../evidence/export/saveFile.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { ModalityShape } from '../../shared/modality.tsx';
import { EncodeChoice } from '../EncodeChoice.tsx';
import { Fold } from '../Fold.tsx';
import { styles } from '../styles.ts';
import { useFocusBack } from '../useFocusBack.ts';
import { EncodeRunView } from './EncodeRunView.tsx';
import { RenameForm } from '../../shared/RenameForm.tsx';
import { RemoveForm } from '../RemoveForm.tsx';
import { SpacesTable } from './SpacesTable.tsx';

const DAY = new Intl.DateTimeFormat('en', { dateStyle: 'medium' });

/** A collection: what it holds, how it is encoded, and what can be done with it. */
export function CollectionCard({ info }: { info: CollectionInfo }) {
  const { id, name, counts, origin, bytes, createdAt, ready, why } = info;
  const runs = useLab((s) => s.data.runs);
  const engine = useLab((s) => s.engine);
  const attempt = useLab((s) => s.attempt);
  const askQuality = useLab((s) => s.askQuality);
  const [doing, setDoing] = useState<'nothing' | 'rename' | 'remove'>('nothing');
  const [saving, setSaving] = useState<AbortController>();
  const current = engine.manifest.id === id;
  // The lab shows what was encoded when it was opened.
  const grown = useLab((s) => origin !== 'embedded' && s.data.openedAs !== encodedKey(info));
  const stop = () => setDoing('nothing');
  const more = useFocusBack(doing !== 'nothing');
  const save = async () => {
    const request = new AbortController();
    setSaving(request);
    const file = await attempt(() => engine.collections.save(id, request.signal));
    if (file && !request.signal.aborted) saveFile(file.name, file.blob);
    setSaving(undefined);
  };
  const facts = [
    ORIGIN_WORDS[origin],
    ...(createdAt === undefined ? [] : [DAY.format(new Date(createdAt))]),
    ...(bytes > 0 ? [bytesWords(bytes)] : []),
  ];
  const encoded = info.spaces.filter((one) => Object.values(one.encoded).some((n) => n > 0));
  return (
    <li className={styles.card} data-collection={id} data-current={current || undefined}>
      <div className={styles.cardHead}>
        {doing === 'rename' ? (
          <RenameForm
            size="sm"
            className={styles.rename}
            name={name}
            onDone={stop}
            onName={(next) => void attempt(() => engine.collections.rename(id, next))}
          />
        ) : (
          <h4>{name}</h4>
        )}
        {current && <span className={styles.badge}>in use</span>}
      </div>
      <ul className={styles.counts}>
        {countsOf(counts).map(({ modality, n }) => (
          <li key={modality}>
            <ModalityShape modality={modality} sizePx={12} /> {countedModality(modality, n)}
          </li>
        ))}
      </ul>
      <p className={styles.note}>{facts.join(' · ')}</p>
      {current && grown && (
        <p className={styles.why}>More of it is encoded than the lab knows: open it anew to use all of it.</p>
      )}
      {!ready && why !== undefined && <p className={styles.why}>Not ready: {why}</p>}
      {doing === 'remove' && (
        <RemoveForm
          question={`Delete “${name}” with its media and vectors from this browser?`}
          onDone={stop}
          onRemove={() => void attempt(() => engine.collections.remove(id))}
        />
      )}
      {doing === 'nothing' && (
        <div className={styles.buttons}>
          <UseButton info={info} current={current} grown={grown} />
          <EncodeMore info={info} />
          {origin !== 'embedded' && (
            <Menu position="bottom-end" withinPortal>
              <Menu.Target>
                <ActionIcon
                  ref={more}
                  variant="subtle"
                  color="gray"
                  size="lg"
                  aria-label={`More for ${name}`}
                >
                  <IconDots size={18} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item
                  leftSection={<IconPencil size={16} aria-hidden />}
                  onClick={() => setDoing('rename')}
                >
                  Rename
                </Menu.Item>
                <Menu.Item
                  leftSection={<IconDeviceFloppy size={16} aria-hidden />}
                  disabled={saving !== undefined}
                  onClick={() => void save()}
                >
                  Save to a file
                </Menu.Item>
                <Menu.Item
                  leftSection={<IconTrash size={16} aria-hidden />}
                  onClick={() => setDoing('remove')}
                >
                  Delete
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          )}
        </div>
      )}
      {saving && (
        <p className={styles.busy} role="status">
          Writing the file …
          <Button size="xs" variant="default" onClick={() => saving.abort()}>
            Cancel
          </Button>
        </p>
      )}
      {runs
        .filter(({ collectionId }) => collectionId === id)
        .map((run) => (
          <EncodeRunView key={run.id} run={run} />
        ))}
      <Fold
        summary={
          encoded.length > 0 ? `In ${inList(encoded.map(({ space }) => space.name))}` : 'No vectors yet'
        }
        onOpen={() => askQuality(id)}
      >
        <SpacesTable info={info} />
      </Fold>
    </li>
  );
}

/** The way into the lab; of the collection in use, anew where more of it is encoded than the lab knows. */
function UseButton(props: { info: CollectionInfo; current: boolean; grown: boolean }) {
  const { info, current, grown } = props;
  const { id, name, ready } = info;
  const openCollection = useLab((s) => s.useCollection);
  const opening = useLab((s) => s.data.opening);
  const show = useLab((s) => s.show);
  if (current && !grown) {
    return (
      <Button size="sm" variant="default" onClick={() => show('lab')}>
        Open the lab
      </Button>
    );
  }
  return (
    <Button
      size="sm"
      disabled={!ready}
      loading={opening === id}
      aria-label={current ? `Open ${name} anew` : `Use ${name} in the lab`}
      onClick={() => void openCollection(id)}
    >
      {current ? 'Open it anew' : 'Use in the lab'}
    </Button>
  );
}

/** Encodes what has no vector yet in the spaces that are chosen. */
function EncodeMore({ info }: { info: CollectionInfo }) {
  const own = useLab((s) => s.data.models.spaces);
  const engine = useLab((s) => s.engine);
  const attempt = useLab((s) => s.attempt);
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState<string[]>([]);
  const spaces = spacesToEncode(info, own);
  if (spaces.length === 0) return null;
  const n = nVectors(
    spaces.filter(({ id }) => chosen.includes(id)),
    info.counts,
  );
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="bottom-start"
      width={360}
      trapFocus
      returnFocus
      withinPortal
    >
      <Popover.Target>
        <Button
          size="sm"
          variant="default"
          leftSection={<IconPlus size={16} aria-hidden />}
          aria-label={`Encode ${info.name} in more spaces`}
          onClick={() => setOpen((now) => !now)}
        >
          Encode
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Encode in more spaces">
        <div className={styles.more}>
          <EncodeChoice
            legend="Encode in more spaces"
            spaces={spaces}
            counts={info.counts}
            chosen={chosen}
            onChange={setChosen}
          />
          <Button
            size="xs"
            disabled={chosen.length === 0}
            onClick={() => {
              setOpen(false);
              setChosen([]);
              void attempt(() => engine.collections.encode(info.id, chosen));
            }}
          >
            {n > 0 ? `Encode, up to ${n.toLocaleString('en')} vectors` : 'Choose a space'}
          </Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
