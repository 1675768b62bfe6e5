import { useId } from 'react';
import type { Modality } from '../../base/modality.ts';
import type { Bond } from '../../recipe/types.ts';
import { mixColor } from '../shared/mix.ts';
import styles from './RecipeDrawing.module.css';

const LEFT = 44;
const RIGHT = 216;
const Y = 46;

function Mark({ modality, x, y, color }: { modality: Modality; x: number; y: number; color: string }) {
  const common = { fill: color, stroke: 'var(--bl-surface)', strokeWidth: 2, className: styles.mark };
  if (modality === 'image') return <circle cx={x} cy={y} r={8} {...common} />;
  if (modality === 'audio') return <path d={`M${x} ${y - 9}l9 16h-18z`} {...common} />;
  return <rect x={x - 7.5} y={y - 7.5} width={15} height={15} rx={2} {...common} />;
}

/**
 * The recipe as two spaces joined by a bond. Each modality's mark stands where its factor puts it; a modality without a
 * slider stays at the base.
 */
export function RecipeDrawing(props: {
  bond: Bond;
  base: string;
  expert: string;
  served: readonly Modality[];
  factors: Partial<Record<Modality, number>>;
}) {
  const { bond, base, expert, served, factors } = props;
  const gradient = useId();
  const combined = bond.kind === 'combination';
  const where = (modality: Modality) => factors[modality] ?? 0;
  const words = served.map((modality) => `${modality} ${Math.round(where(modality) * 100)}%`).join(', ');
  return (
    <svg
      className={styles.drawing}
      viewBox="0 0 260 108"
      role="img"
      aria-label={`${base} and ${expert}, joined by a ${bond.kind} bond. On the way to ${expert}: ${words}.`}
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
        y={Y - 3}
        width={RIGHT - LEFT}
        height={6}
        rx={3}
        fill={`url(#${gradient})`}
        opacity="0.85"
      />
      <path
        className={styles.arrow}
        d={combined ? 'M124 22 l-8 5 l8 5' : 'M136 22 l8 5 l-8 5'}
        fill="none"
        strokeWidth="2"
      />
      <text className={styles.kind} x="130" y={16} textAnchor="middle">
        {combined ? 'combination' : 'displacement'}
      </text>
      <circle className={styles.base} cx={LEFT} cy={Y} r="27" />
      <circle className={styles.expert} cx={RIGHT} cy={Y} r="27" />
      {served.map((modality, i) => {
        const factor = where(modality);
        const y = Y + (i - (served.length - 1) / 2) * 19;
        return (
          <Mark
            key={modality}
            modality={modality}
            x={LEFT + (RIGHT - LEFT) * factor}
            y={y}
            color={mixColor(factor)}
          />
        );
      })}
      <text className={styles.name} x={LEFT} y="92" textAnchor="middle">
        {base}
      </text>
      <text className={styles.name} x={RIGHT} y="92" textAnchor="middle">
        {expert}
      </text>
      <text className={styles.role} x={LEFT} y="105" textAnchor="middle">
        {combined ? 'base, frozen' : 'base, projected'}
      </text>
      <text className={styles.role} x={RIGHT} y="105" textAnchor="middle">
        {combined ? 'expert, projected' : 'expert, frozen'}
      </text>
    </svg>
  );
}
