import type { Modality } from '../../base/modality.ts';
import type { Ensemble, Space } from '../../recipe/types.ts';
import { QUANTIZATION_LEAST } from '../../world/aims.ts';
import type { QuantizationFigures } from '../../world/figures.ts';
import { MODALITY_WORDS, ModalityShape } from '../shared/modality.tsx';
import { ScrollTable, Section } from './parts.tsx';
import styles from './Figures.module.css';

const PRECISIONS = [
  { id: 'q8', name: 'int8' },
  { id: 'q4', name: '4-bit' },
] as const;

/** "Unified ● picture", "Foley → Unified" */
function ModelName({
  model,
  spaces,
  ensembles,
}: {
  model: string;
  spaces: readonly Space[];
  ensembles: readonly Ensemble[];
}) {
  const [spaceId, tower] = model.split('/') as [string, Modality | undefined];
  if (tower === undefined) return <>{ensembles.find(({ id }) => id === model)?.name ?? model}</>;
  return (
    <span className={styles.direction}>
      {spaces.find(({ id }) => id === spaceId)?.name ?? spaceId}
      <ModalityShape modality={tower} sizePx={10} />
      {MODALITY_WORDS[tower].one}
    </span>
  );
}

/** A figure and whether it keeps its threshold: a miss has a sign, not only a colour. */
function Held({ value, least }: { value: number; least: number }) {
  const missed = !(value >= least);
  return (
    <span data-missed={missed || undefined} title={missed ? `Below ${least}` : `At least ${least}, as aimed`}>
      {missed && '▼ '}
      {value.toFixed(4)}
    </span>
  );
}

/** How far the committed models keep what their fp32 twins say. */
export function Quantization({
  figures,
  spaces,
  ensembles,
}: {
  figures: readonly QuantizationFigures[];
  spaces: readonly Space[];
  ensembles: readonly Ensemble[];
}) {
  const models = [...new Set(figures.map(({ model }) => model))];
  const nHeld = figures.filter(
    ({ precision, centredCosine, topTenOverlap }) =>
      centredCosine >= QUANTIZATION_LEAST[precision].centredCosine &&
      topTenOverlap >= QUANTIZATION_LEAST[precision].topTenOverlap,
  ).length;
  return (
    <Section id="figures-quantization" title="Fewer bits">
      <p className={styles.lead}>
        <b>
          {nHeld} of {figures.length}
        </b>{' '}
        models keep what 32-bit floats say, within their thresholds. Cosine: with the fp32 embedding, the mean
        subtracted from both. Top ten: share of the ten nearest items that stay.
      </p>
      <ScrollTable label="Agreement of the committed models with fp32">
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>
              model
            </th>
            <th scope="col" rowSpan={2}>
              items
            </th>
            {PRECISIONS.map(({ id, name }) => (
              <th key={id} scope="colgroup" colSpan={3} className={styles.group}>
                {name}
              </th>
            ))}
          </tr>
          <tr>
            {PRECISIONS.map(({ id }) => [
              <th key={`${id} cosine`} scope="col" className={styles.first}>
                cosine <small>≥ {QUANTIZATION_LEAST[id].centredCosine}</small>
              </th>,
              <th key={`${id} overlap`} scope="col">
                top ten <small>≥ {QUANTIZATION_LEAST[id].topTenOverlap}</small>
              </th>,
              <th key={`${id} size`} scope="col">
                kB
              </th>,
            ])}
          </tr>
        </thead>
        <tbody>
          {models.map((model) => (
            <tr key={model}>
              <th scope="row">
                <ModelName model={model} spaces={spaces} ensembles={ensembles} />
              </th>
              <td className={styles.quiet}>
                {figures.find((one) => one.model === model)!.nItems.toLocaleString('en')}
              </td>
              {PRECISIONS.map(({ id }) => {
                const found = figures.find((one) => one.model === model && one.precision === id);
                const least = QUANTIZATION_LEAST[id];
                return [
                  <td key={`${id} cosine`} className={styles.first}>
                    {found ? <Held value={found.centredCosine} least={least.centredCosine} /> : '–'}
                  </td>,
                  <td key={`${id} overlap`}>
                    {found ? <Held value={found.topTenOverlap} least={least.topTenOverlap} /> : '–'}
                  </td>,
                  <td key={`${id} size`} className={styles.quiet}>
                    {found ? Math.round(found.bytes / 1000).toLocaleString('en') : '–'}
                  </td>,
                ];
              })}
            </tr>
          ))}
        </tbody>
      </ScrollTable>
    </Section>
  );
}
