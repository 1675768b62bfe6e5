import type { CollectionInfo, CollectionSpace, SpaceQuality } from '../../../engine/collections/types.ts';
import { qualityKey } from '../../../state/data/keeper.ts';
import { directionWords, encodedWords, pairWords } from '../../../state/data/words.ts';
import type { Status } from '../../../state/types.ts';
import { Hint } from '../../shared/Hint.tsx';
import { useLab } from '../../shared/LabContext.tsx';
import { styles } from '../styles.ts';

/** The spaces of a collection: what is encoded in each, and how well it retrieves there. */
export function SpacesTable({ info }: { info: CollectionInfo }) {
  if (info.spaces.length === 0) {
    return <p className={styles.note}>Encode it in a space: then figures stand here.</p>;
  }
  return (
    <div className={styles.scroll}>
      <table className={`${styles.table} ${styles.spaces}`}>
        <thead>
          <tr>
            <th scope="col">Space</th>
            <th scope="col">Encoded</th>
            <th scope="col">
              <Hint text="Share of all queries whose first hit is a right answer.">
                <span tabIndex={0}>R@1</span>
              </Hint>
            </th>
            <th scope="col">
              <Hint text="Distance between the centroids of two modalities: how far apart they lie as wholes.">
                <span tabIndex={0}>Gap</span>
              </Hint>
            </th>
          </tr>
        </thead>
        <tbody>
          {info.spaces.map((one) => (
            <SpaceRow key={one.space.id} info={info} one={one} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function SpaceRow({ info, one }: { info: CollectionInfo; one: CollectionSpace }) {
  const quality = useLab((s) => s.data.quality[qualityKey(info, one)]);
  const { space, origin } = one;
  return (
    <tr>
      <th scope="row">
        {space.name} <small>{space.dim}</small>
        <small className={styles.origin}>{origin}</small>
      </th>
      <td>{encodedWords(one, info.counts)}</td>
      <td>
        <Figures quality={quality} of={(value) => value.R1} words={directionWords} />
      </td>
      <td>
        <Figures quality={quality} of={(value) => value.gap} words={pairWords} quiet />
      </td>
    </tr>
  );
}

function Figures(props: {
  quality: Status<SpaceQuality> | undefined;
  of: (value: SpaceQuality) => Partial<Record<string, number>>;
  words: (key: string) => string;
  /** What went wrong is said in the column before. */
  quiet?: boolean;
}) {
  const { quality, of, words, quiet } = props;
  if (quality?.status === 'loading') return <span className={styles.note}>{quality.words}</span>;
  if (quality?.status === 'failed')
    return quiet ? '–' : <span className={styles.failed}>{quality.message}</span>;
  const found = quality?.status === 'ready' ? Object.entries(of(quality.value)) : [];
  if (found.length === 0) return '–';
  return (
    <ul className={styles.quality}>
      {found.map(([key, value]) => (
        <li key={key}>
          <b>{value?.toFixed(3)}</b> <small>{words(key)}</small>
        </li>
      ))}
    </ul>
  );
}
