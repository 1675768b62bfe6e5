import { useEffect, useRef, useState } from 'react';
import type { NamedFile } from '../../../engine/exchange/types.ts';
import type { MediaConvention, MediaPlan, PlannedItem } from '../../../engine/intake/types.ts';
import { countsOfPlan } from '../../../state/data/encodeChoice.ts';
import { countedModality, countsOf } from '../../../state/data/words.ts';
import { counted } from '../../evidence/tasks/words.ts';
import { Blank } from '../../shared/ItemThumb.tsx';
import { ModalityShape } from '../../shared/modality.tsx';
import { Notes } from '../Fold.tsx';
import { styles } from '../styles.ts';

const CONVENTIONS: Readonly<Record<MediaConvention, string>> = {
  stems: 'Files of one name belong together: dog.png, dog.ogg, dog.txt.',
  'metadata.csv': 'metadata.csv says what each file shows or sounds like.',
  'metadata.jsonl': 'metadata.jsonl says what each file shows or sounds like.',
  'captions.txt': 'captions.txt has a line for each file.',
  'folders of classes': 'Each folder is a class, and its name the caption.',
  'single files': 'Each file stands for itself: nothing says which belong together.',
};
const N_SHOWN = 12;
const THUMB_PX = 56;

/** Media as they were understood: how many, what belongs together, and the first of them to look at. */
export function MediaPart({ plan, files }: { plan: MediaPlan; files: readonly NamedFile[] }) {
  const { convention, items, nPaired, notes } = plan;
  const groups = [...firstGroups(items)];
  return (
    <div className={styles.part}>
      <ul className={styles.counts}>
        {countsOf(countsOfPlan(plan)).map(({ modality, n }) => (
          <li key={modality}>
            <ModalityShape modality={modality} sizePx={12} /> <b>{countedModality(modality, n)}</b>
          </li>
        ))}
        <li>
          {nPaired > 0
            ? `${counted(nPaired, 'group', 'groups')} with two modalities or three: figures are counted on them`
            : 'no pairs: there is nothing to count figures on'}
        </li>
      </ul>
      <p className={styles.note}>{CONVENTIONS[convention]}</p>
      <ul className={styles.looks} aria-label="The first items">
        {groups.map(([group, members]) => (
          <li key={group}>
            <span className={styles.thumbs}>
              {members
                .filter(({ modality }) => modality !== 'text')
                .slice(0, 2)
                .map((item) => (
                  <FileThumb key={item.path} item={item} files={files} />
                ))}
              {members.every(({ modality }) => modality === 'text') && (
                <Blank modality="text" sizePx={THUMB_PX} />
              )}
            </span>
            <span className={styles.caption}>
              {(members.find(({ modality }) => modality === 'text') ?? members[0]!).caption}
            </span>
            {members[0]!.label !== undefined && <small>{members[0]!.label}</small>}
          </li>
        ))}
      </ul>
      <Notes notes={notes} />
    </div>
  );
}

function firstGroups(items: readonly PlannedItem[]): Map<string, PlannedItem[]> {
  const groups = new Map<string, PlannedItem[]>();
  for (const item of items) {
    const members = groups.get(item.group);
    if (members) members.push(item);
    else if (groups.size < N_SHOWN) groups.set(item.group, [item]);
  }
  return groups;
}

/** A picture that was dropped, as it is; the mark of its modality where it lies in a zip or cannot be shown. */
function FileThumb({ item, files }: { item: PlannedItem; files: readonly NamedFile[] }) {
  const { path, modality } = item;
  const [broken, setBroken] = useState(false);
  const picture = useRef<HTMLImageElement>(null);
  const file =
    modality === 'image'
      ? files.find((one) => one.path === path || one.path.endsWith(`/${path}`))
      : undefined;
  useEffect(() => {
    if (!file || !picture.current) return undefined;
    const url = URL.createObjectURL(file.bytes instanceof Blob ? file.bytes : new Blob([file.bytes]));
    picture.current.src = url;
    return () => URL.revokeObjectURL(url);
  }, [file]);
  if (!file || broken) return <Blank modality={modality} sizePx={THUMB_PX} />;
  return <img ref={picture} alt="" width={THUMB_PX} height={THUMB_PX} onError={() => setBroken(true)} />;
}
