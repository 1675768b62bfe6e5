import type { ReactNode } from 'react';
import type { MapFigures, MapSliceId } from '../../engine/maps/types.ts';
import { Hint } from '../shared/Hint.tsx';
import { MODALITY_WORDS, ModalityShape } from '../shared/modality.tsx';
import type { MapSliceLook } from './types.ts';
import styles from './MapPanel.module.css';

export interface FiguresProps {
  figures: MapFigures;
  slice: MapSliceId;
  looks: Record<MapSliceId, MapSliceLook>;
}

/** The comparison that says most beside a slice. */
const KEPT_OF: Readonly<Record<MapSliceId, readonly [from: MapSliceId, to: MapSliceId]>> = {
  unified: ['unified', 'current'],
  current: ['unified', 'current'],
  expert: ['unified', 'expert'],
};

const minus = (text: string) => text.replace('-', '−');

/** What a picture cannot fake; each figure says on hover and focus what it is. */
export function Figures({ figures, slice, looks }: FiguresProps) {
  const own = figures.slices[slice];
  if (!own) return null;
  const k = figures.nNeighbors;
  const [from, to] = KEPT_OF[slice];
  const kept = figures.kept.find((pair) => pair.from === from && pair.to === to);
  return (
    <div>
      <dl className={styles.figures}>
        {own.gaps.length > 0 && (
          <Figure
            name="gap"
            hint="Modality gap, measured among the vectors: the distance between the centres of two modalities, from 0 (they share one region) to 2. A large gap keeps, say, sounds apart from their own captions."
          >
            {own.gaps.map(({ a, b, distance }) => (
              <span key={a + b} className={styles.gap}>
                <span
                  className={styles.gapShapes}
                  role="img"
                  aria-label={`${MODALITY_WORDS[a].many} to ${MODALITY_WORDS[b].many}`}
                >
                  <ModalityShape modality={a} sizePx={9} />
                  <ModalityShape modality={b} sizePx={9} />
                </span>
                {distance.toFixed(2)}
              </span>
            ))}
          </Figure>
        )}
        {kept?.fraction !== undefined && (
          <Figure
            name="kept"
            hint={`Of an item's ${k} exact nearest neighbours in ${looks[from].name}, the share that are still among its ${k} nearest in ${looks[to].name}: mean over the ${kept.nItems.toLocaleString('en')} items that both know.`}
          >
            {Math.round(100 * kept.fraction)}%
          </Figure>
        )}
        {own.trustworthiness !== undefined && (
          <Figure
            name="trust"
            hint={`Trustworthiness of this picture: 1 when the ${k} nearest points on the map are all near among the vectors too. Below about 0.8, do not read single neighbours off the picture.`}
          >
            {own.trustworthiness.toFixed(2)}
          </Figure>
        )}
      </dl>
      <dl className={styles.more}>
        {own.alignment !== undefined && (
          <Figure
            name="alignment"
            hint="Mean squared distance of right pairs among the vectors, from 0 to 4: lower means that an item and its caption lie closer."
          >
            {own.alignment.toFixed(2)}
          </Figure>
        )}
        {own.uniformity !== undefined && (
          <Figure
            name="uniformity"
            hint="How evenly the vectors fill their sphere: log mean exp(−2 d²) over all pairs of items. 0 when all are equal; lower is more even, about −3.9 when fully spread."
          >
            {minus(own.uniformity.toFixed(2))}
          </Figure>
        )}
      </dl>
    </div>
  );
}

function Figure({ name, hint, children }: { name: string; hint: string; children: ReactNode }) {
  return (
    <Hint text={hint}>
      <div className={styles.figure} tabIndex={0}>
        <dt>{name}</dt>
        <dd>{children}</dd>
      </div>
    </Hint>
  );
}
