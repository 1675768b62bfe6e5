import { useId } from 'react';
import type { TrainKind } from '../../../engine/training/types.ts';
import { mixColor } from '../../shared/mix.ts';

const Y = 21;
const R = 13;

interface Arrow {
  from: number;
  to: number;
}

/** Where vectors go: from one circle to the other, or both into the one between. */
const ARROWS: Record<TrainKind, Arrow[]> = {
  combination: [{ from: 88, to: 38 }],
  displacement: [{ from: 32, to: 82 }],
  joint: [
    { from: 31, to: 44 },
    { from: 89, to: 76 },
  ],
};

function circle(x: number, color: string, frozen: boolean) {
  return (
    <circle
      cx={x}
      cy={Y}
      r={R}
      fill={`color-mix(in oklch, ${color} ${frozen ? 30 : 12}%, var(--bl-page))`}
      stroke={color}
      strokeWidth="2"
      strokeDasharray={frozen ? undefined : '3 2.5'}
    />
  );
}

/** Which way vectors go: base left, expert right; what stays frozen is drawn in full, what is projected dashed. */
export function KindDrawing({ kind }: { kind: TrainKind }) {
  const head = useId();
  return (
    <svg viewBox="0 0 120 42" aria-hidden="true">
      <defs>
        <marker id={head} viewBox="0 0 8 8" refX="6" refY="4" markerWidth="5" markerHeight="5" orient="auto">
          <path d="M0 0.5 7 4 0 7.5Z" fill="var(--bl-text)" />
        </marker>
      </defs>
      {circle(18, 'var(--bl-base)', kind === 'combination')}
      {circle(102, 'var(--bl-expert)', kind === 'displacement')}
      {kind === 'joint' && circle(60, mixColor(0.5), true)}
      {ARROWS[kind].map(({ from, to }) => (
        <path
          key={from}
          d={`M${from} ${Y}H${to}`}
          stroke="var(--bl-text)"
          strokeWidth="2"
          markerEnd={`url(#${head})`}
        />
      ))}
    </svg>
  );
}
