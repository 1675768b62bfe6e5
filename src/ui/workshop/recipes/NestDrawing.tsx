import { useId } from 'react';
import type { Modality } from '../../../base/modality.ts';
import { mixColor } from '../../shared/mix.ts';
import { MODALITY_WORDS } from '../../shared/modality.tsx';
import { PICTURE, type Picture, type PictureBond } from './nestPicture.ts';
import styles from './NestDrawing.module.css';

const { NAME_Y, EXPERT_Y, JOIN_Y } = PICTURE;
const RADIUS = 19;
/** Where there is room it is drawn larger, up to this. */
const MAX_SCALE = 1.3;

function Shape({ modality, x, y, factor }: { modality: Modality; x: number; y: number; factor: number }) {
  const common = { fill: mixColor(factor), className: styles.shape };
  if (modality === 'image') return <circle cx={x} cy={y} r={7} {...common} />;
  if (modality === 'audio') return <path d={`M${x} ${y - 8}l8 14h-16z`} {...common} />;
  return <rect x={x - 6.5} y={y - 6.5} width={13} height={13} rx={2} {...common} />;
}

/** A recipe as a nest of fuses, never smaller than it can be read: where it is wider than its place it scrolls. */
export function NestDrawing({ picture }: { picture: Picture }) {
  const { width, height, rows, base, bonds, lines, bands, endX, top, bottom, words } = picture;
  const arrowId = useId();
  const yOf = (row: number) => rows[row]!.y;
  return (
    <div className={styles.place} role="region" aria-label="Drawing of the recipe" tabIndex={0}>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        style={{ minWidth: width, maxWidth: width * MAX_SCALE }}
        role="img"
        aria-label={words}
      >
        <defs>
          <marker
            id={arrowId}
            viewBox="0 0 8 8"
            refX="5"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
          >
            <path d="M2 1l4 3l-4 3" className={styles.head} />
          </marker>
        </defs>
        {bands.map(({ name, from, to, kind }) => (
          <g key={`${name} ${from}`}>
            <rect
              className={styles.band}
              data-kind={kind}
              x={from + 1}
              y={top - 24}
              width={to - from - 2}
              height={bottom - top + 48}
              rx={14}
            />
            <text className={styles.bandName} x={from + 10} y={bottom + 40}>
              {name}’s space
            </text>
          </g>
        ))}
        {lines.map(({ row, from, to, factor }) => (
          <path
            key={`${row} ${from}`}
            className={styles.line}
            d={`M${from} ${yOf(row)}H${to}`}
            stroke={mixColor(factor)}
          />
        ))}
        <text className={styles.name} x={base.width / 2} y={top - 34} textAnchor="middle">
          {base.name}
        </text>
        {base.rows.length === 0 && (
          <text className={styles.small} x={base.width / 2} y={(top + bottom) / 2 + 4} textAnchor="middle">
            nothing encoded
          </text>
        )}
        {base.rows.map((row) => (
          <Shape key={row} modality={rows[row]!.modality} x={base.width / 2} y={yOf(row)} factor={0} />
        ))}
        {bonds.map((bond) => (
          <Bond key={bond.number} bond={bond} picture={picture} arrowId={arrowId} />
        ))}
        {lines.length > 0 &&
          rows.map(({ modality, y }, row) => {
            const last = lines.findLast((line) => line.row === row);
            return (
              <g key={modality}>
                <Shape modality={modality} x={endX + 6} y={y} factor={last?.factor ?? 1} />
                <text className={styles.small} x={endX + 20} y={y + 4}>
                  {MODALITY_WORDS[modality].many}
                </text>
              </g>
            );
          })}
      </svg>
    </div>
  );
}

function Bond({
  bond,
  picture: { rows, top },
  arrowId,
}: {
  bond: PictureBond;
  picture: Picture;
  arrowId: string;
}) {
  const { number, kind, x, width, experts, averaged, nodes, foot, nMoved, broken } = bond;
  const middle = x + width / 2;
  const arrow = kind === 'combination' ? `url(#${arrowId})` : undefined;
  const boxed = !averaged && experts.length > 1;
  const fusedRows = [...new Set(nodes.filter((node) => node.kind === 'fuse').map(({ row }) => row))];
  return (
    <g data-broken={broken || undefined}>
      {!broken &&
        (averaged ? (
          <>
            <path
              className={styles.stem}
              d={`${experts.map((one) => `M${one.x} ${EXPERT_Y + RADIUS}V${JOIN_Y}`).join('')}M${experts[0]!.x} ${JOIN_Y}H${experts.at(-1)!.x}`}
            />
            <path className={styles.stem} d={`M${middle} ${JOIN_Y}V${foot - 9}`} markerEnd={arrow} />
            <text className={styles.small} x={middle + 7} y={JOIN_Y + 14}>
              averaged
            </text>
          </>
        ) : (
          experts.map((one) => (
            <path
              key={one.name}
              className={styles.stem}
              d={`M${one.x} ${EXPERT_Y + RADIUS}V${foot - 9}`}
              markerEnd={arrow}
            />
          ))
        ))}
      {boxed &&
        fusedRows.map((row) => (
          <rect
            key={row}
            className={styles.together}
            x={experts[0]!.x - 14}
            y={rows[row]!.y - 14}
            width={experts.at(-1)!.x - experts[0]!.x + 28}
            height={28}
            rx={14}
          />
        ))}
      {experts.map((one) => (
        <g key={one.name}>
          <circle
            className={styles.expert}
            data-untrained={one.nProjectors === 0 || undefined}
            cx={one.x}
            cy={EXPERT_Y}
            r={RADIUS}
          />
          <text className={styles.name} x={one.x} y={NAME_Y} textAnchor="middle">
            {one.name}
          </text>
          <text className={styles.inside} x={one.x} y={EXPERT_Y + 4} textAnchor="middle">
            {broken
              ? '?'
              : one.nProjectors === undefined
                ? 'own'
                : one.nProjectors === 0
                  ? '0'
                  : `×${one.nProjectors}`}
          </text>
        </g>
      ))}
      <text className={styles.number} x={x + 8} y={NAME_Y}>
        {number}
      </text>
      {nMoved !== undefined &&
        rows.map(({ modality, y }) => (
          <path key={modality} className={styles.moves} d={`M${x - 4} ${y - 6}l7 6l-7 6`} />
        ))}
      {nMoved !== undefined && (
        <text className={styles.small} x={x - 6} y={top - 34} textAnchor="middle">
          {`×${nMoved} ▸`}
        </text>
      )}
      {nodes.map((node) => (
        <circle
          key={`${node.row} ${node.x}`}
          className={styles.node}
          data-kind={node.kind}
          cx={node.x}
          cy={rows[node.row]!.y}
          r={node.kind === 'start' ? 6 : 8}
          fill={mixColor(node.factor)}
        />
      ))}
    </g>
  );
}
