import { IntegrationCard } from './IntegrationCard.tsx';
import { MixtureCard } from './MixtureCard.tsx';
import { SweepCard } from './SweepCard.tsx';
import { SWEEPS } from '../../../state/workshop/firstExperiments.ts';
import { styles } from './styles.ts';

/** The first experiments and the first open question, one click each. */
export function Experiments() {
  return (
    <div className={styles.experiments}>
      {SWEEPS.map((plan) => (
        <SweepCard key={plan.id} plan={plan} />
      ))}
      <MixtureCard />
      <IntegrationCard />
    </div>
  );
}
