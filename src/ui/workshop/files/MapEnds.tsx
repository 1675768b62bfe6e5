import { Button, Select } from '@mantine/core';
import { useState } from 'react';
import type { OwnEnsemble } from '../../../engine/training/types.ts';
import { fitsOf, isMapped } from '../../../state/workshop/mapping.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { styles } from './styles.ts';

/** Which spaces an ensemble joins, where its file does not say: only those whose dimensions fit. Nothing where it is known. */
export function MapEnds({ ensemble, note }: { ensemble: OwnEnsemble; note?: string | undefined }) {
  const spaces = useLab((s) => s.spaces);
  const engine = useLab((s) => s.engine);
  const attempt = useLab((s) => s.attempt);
  const [chosen, setChosen] = useState<{ source?: string; target?: string }>({});
  const [busy, setBusy] = useState(false);
  if (isMapped(ensemble, spaces)) return null;
  const { sources, targets, why } = fitsOf(ensemble, spaces);
  if (why !== undefined) {
    return <p className={styles.note}>{why} It is kept, and can leave again; it fits no recipe here.</p>;
  }
  const source = chosen.source ?? (sources.length === 1 ? sources[0]!.id : undefined);
  const free = targets.filter(({ id }) => id !== source);
  const target = chosen.target ?? (free.length === 1 ? free[0]!.id : undefined);
  const join = async (ends: { source: string; target: string }) => {
    setBusy(true);
    await attempt(() => engine.exchange.mapEnsemble(ensemble.id, ends));
    setBusy(false);
  };
  const data = (all: typeof sources) =>
    all.map(({ id, name, dim }) => ({ value: id, label: `${name} (${dim})` }));
  return (
    <div className={styles.map}>
      {note !== undefined && <p className={styles.note}>{note}</p>}
      <div className={styles.ends}>
        <Select
          label="It reads"
          size="xs"
          placeholder="Choose a space"
          allowDeselect={false}
          value={source ?? null}
          data={data(sources)}
          onChange={(id) => id && setChosen({ ...chosen, source: id })}
        />
        <Select
          label="It gives"
          size="xs"
          placeholder="Choose a space"
          allowDeselect={false}
          value={target !== source ? (target ?? null) : null}
          data={data(free)}
          onChange={(id) => id && setChosen({ ...chosen, target: id })}
        />
        <Button
          size="xs"
          loading={busy}
          disabled={source === undefined || target === undefined || source === target}
          onClick={() => source !== undefined && target !== undefined && void join({ source, target })}
        >
          Join them
        </Button>
      </div>
    </div>
  );
}
