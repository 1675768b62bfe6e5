import { Button } from '@mantine/core';
import { useState } from 'react';
import { N_SEEDS, type SeedPlan } from '../../../state/workshop/microscopeSeeds.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { styles } from './styles.ts';
import { sizeWords } from './words.ts';

/** How many training seeds there are, and what trains those that are missing. */
export function MoreSeeds({ plan, nEnsembles }: { plan: SeedPlan; nEnsembles: number }) {
  const { replicates, nUnderWay, missing, nMissing, why } = plan;
  const engine = useLab((s) => s.engine);
  const attempt = useLab((s) => s.attempt);
  const showBench = useLab((s) => s.showBench);
  const [busy, setBusy] = useState(false);
  const n = replicates.length;
  const train = async () => {
    setBusy(true);
    // One after the other: the order of the list is that of the seeds.
    await attempt(async () => {
      for (const request of missing) await engine.training.train(request);
    });
    setBusy(false);
  };
  return (
    <p className={styles.seeds}>
      <span>
        {why ?? (
          <>
            Training seeds: <b>{n}</b> ({replicates.map(({ name }) => name).join('; ')}).{' '}
            {n < N_SEEDS &&
              `${sizeWords(N_SEEDS)[0]!.toUpperCase()}${sizeWords(N_SEEDS).slice(1)} show a spread.`}
          </>
        )}
      </span>
      {nUnderWay > 0 && (
        <span>
          {nUnderWay} more {nUnderWay === 1 ? 'is' : 'are'} being trained or wait.{' '}
          <button type="button" className={styles.link} onClick={() => showBench('train')}>
            See how far
          </button>
        </span>
      )}
      {why === undefined && n + nUnderWay < N_SEEDS && (
        <Button variant="default" size="xs" loading={busy} onClick={() => void train()}>
          Train {sizeWords(nMissing)} more {nMissing === 1 ? 'seed' : 'seeds'}
          {nEnsembles > 1 && ` of each expert`}
        </Button>
      )}
    </p>
  );
}
