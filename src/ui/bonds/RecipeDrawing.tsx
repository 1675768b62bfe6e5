import { useId } from 'react';
import type { Modality } from '../../base/modality.ts';
import type { BondKind } from '../../recipe/types.ts';
import { mixColor } from '../shared/mix.ts';
import { MODALITY_WORDS } from '../shared/modality.tsx';
import styles from './RecipeDrawing.module.css';

const WIDTH = 260;
const LEFT = 44;
const RIGHT = 216;
/** Centre, radius and height in full, and small: without the names, which the sliders under it carry. */
const FULL = { y: 46, radius: 27, height: 108, step: 19 };
const COMPACT = { y: 39, radius: 22, height: 63, step: 13.5 };
/** About the width of a letter of a name, and the room that two names share. */
const LETTER_PX = 8;

function Mark({ modality, x, y, color }: { modality: Modality; x: number; y: number; color: string }) {
  const common = { fill: color, stroke: 'var(--bl-surface)', strokeWidth: 2, className: styles.mark };
  if (modality === 'image') return <circle cx={x} cy={y} r={8} {...common} />;
  if (modality === 'audio') return <path d={`M${x} ${y - 9}l9 16h-18z`} {...common} />;
  return <rect x={x - 7.5} y={y - 7.5} width={15} height={15} rx={2} {...common} />;
}

export interface RecipeDrawingProps {
  kind: BondKind;
  /** What stands before the bond. */
  base: string;
  expert: string;
  /** The bond is the first: what stands before it is a space of its own. */
  first: boolean;
  served: readonly Modality[];
  /** Modalities that begin with this bond: they stand at the expert. */
  alone: readonly Modality[];
  factors: Partial<Record<Modality, number>>;
  /** Small, without names. */
  compact?: boolean;
}

/**
 * A bond as two spaces joined. Each modality's mark stands where its factor puts it; one without a slider stays at the base, or
 * at the expert where it alone knows it.
 */
export function RecipeDrawing(props: RecipeDrawingProps) {
  const { kind, base, expert, first, served, alone, factors, compact = false } = props;
  const gradient = useId();
  const { y: centre, radius, height, step } = compact ? COMPACT : FULL;
  const combined = kind === 'combination';
  const where = (modality: Modality) => (alone.includes(modality) ? 1 : (factors[modality] ?? 0));
  const words = served
    .map((modality) => `${MODALITY_WORDS[modality].many} ${Math.round(where(modality) * 100)}%`)
    .join(', ');
  const roles = {
    base: combined ? (first ? 'base, frozen' : 'as built') : 'base, projected',
    expert: combined ? 'expert, projected' : 'expert, frozen',
  };
  // A long name stays inside; where two would meet, the sliders under the drawing name what stands before.
  const nameX = (name: string, centreX: number) => {
    const half = (name.length * LETTER_PX) / 2;
    return Math.min(Math.max(centreX, half), WIDTH - half);
  };
  const shared = (base.length + expert.length) * LETTER_PX > WIDTH - 16;
  return (
    <svg
      className={styles.drawing}
      viewBox={`0 0 ${WIDTH} ${height}`}
      role="img"
      aria-label={`${base} and ${expert}, joined by a ${kind} bond. On the way to ${expert}: ${words}.`}
    >
      <defs>
        <linearGradient id={gradient} x1="0" x2="1" y1="0" y2="0">
          {[0, 0.25, 0.5, 0.75, 1].map((at) => (
            <stop key={at} offset={at} style={{ stopColor: mixColor(at) }} />
          ))}
        </linearGradient>
      </defs>
      <rect
        x={LEFT}
        y={centre - 3}
        width={RIGHT - LEFT}
        height={6}
        rx={3}
        fill={`url(#${gradient})`}
        opacity="0.85"
      />
      <path
        className={styles.arrow}
        d={combined ? `M124 ${centre - 24} l-8 5 l8 5` : `M136 ${centre - 24} l8 5 l-8 5`}
        fill="none"
        strokeWidth="2"
      />
      <text className={styles.kind} x="130" y={centre - 30} textAnchor="middle">
        {kind}
      </text>
      <circle className={styles.base} cx={LEFT} cy={centre} r={radius} />
      <circle className={styles.expert} cx={RIGHT} cy={centre} r={radius} />
      {served.map((modality, i) => {
        const factor = where(modality);
        return (
          <Mark
            key={modality}
            modality={modality}
            x={LEFT + (RIGHT - LEFT) * factor}
            y={centre + (i - (served.length - 1) / 2) * step}
            color={mixColor(factor)}
          />
        );
      })}
      {!compact && (
        <>
          {!shared && (
            <text className={styles.name} x={nameX(base, LEFT)} y="92" textAnchor="middle">
              {base}
            </text>
          )}
          <text className={styles.name} x={nameX(expert, RIGHT)} y="92" textAnchor="middle">
            {expert}
          </text>
          <text className={styles.role} x={LEFT} y="105" textAnchor="middle">
            {roles.base}
          </text>
          <text className={styles.role} x={RIGHT} y="105" textAnchor="middle">
            {roles.expert}
          </text>
        </>
      )}
    </svg>
  );
}
