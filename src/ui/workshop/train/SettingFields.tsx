import { SETTING_HINTS } from '../../../engine/training/settings.ts';
import type { PairDamage, TrainingSettings, TrainRequest } from '../../../engine/training/types.ts';
import { percentWords } from '../../../state/workshop/trainExperiments.ts';
import {
  changedSettings,
  SETTING_KEYS,
  UNDAMAGED,
  withDamage,
  type FormProblems,
} from '../../../state/workshop/trainForm.ts';
import { NumberField } from './NumberField.tsx';
import { styles } from './styles.ts';

interface SettingFieldsProps {
  form: TrainRequest;
  problems: FormProblems;
  defaults: TrainingSettings;
  onChange: (form: TrainRequest) => void;
}

/** What the arrows beside a field add. */
const ARROW_STEPS: Partial<Record<keyof TrainingSettings, number>> = {
  steps: 50,
  batch: 32,
  hidden: 64,
  peakRate: 0.0005,
  warmUp: 10,
  weightDecay: 0.01,
  temperature: 0.01,
  noise: 0.1,
  momentum: 0.01,
};
/** Those that are changed most often stand above the others. */
const FIRST: readonly (keyof TrainingSettings)[] = ['steps', 'seed'];

/** Another value of one setting. */
const changer =
  ({ form, onChange }: Pick<SettingFieldsProps, 'form' | 'onChange'>) =>
  (key: keyof TrainingSettings, value: number) =>
    onChange({ ...form, settings: { ...form.settings, [key]: value } });

/** How every projector is trained: what is changed most often. `epochs` says what the steps come to. */
export function SettingFields(props: SettingFieldsProps & { epochs: string | undefined }) {
  const { form, problems, defaults, epochs } = props;
  const { settings } = form;
  const set = changer(props);
  return (
    <>
      <div className={styles.pair}>
        {FIRST.map((key) => (
          <NumberField
            key={key}
            label={SETTING_HINTS[key].name}
            hint={`${SETTING_HINTS[key].explanation} Default ${defaults[key]}.`}
            value={settings[key]}
            error={problems.settings[key]}
            step={ARROW_STEPS[key] ?? 1}
            onChange={(value) => set(key, value)}
          />
        ))}
      </div>
      {epochs !== undefined && <p className={styles.note}>{epochs}</p>}
    </>
  );
}

/** The others, each with its default and what it is for. */
export function MoreSettings(props: SettingFieldsProps) {
  const { form, problems, defaults, onChange } = props;
  const { settings } = form;
  const set = changer(props);
  const changed = changedSettings(settings, defaults);
  const others = SETTING_KEYS.filter((key) => !FIRST.includes(key));
  const folded = changed.filter((key) => !FIRST.includes(key));
  const wrong = others.some((key) => problems.settings[key] !== undefined);
  return (
    <>
      <details className={styles.more}>
        <summary>
          All settings
          {folded.length > 0 && (
            <span className={styles.note}>
              {folded.map((key) => `${SETTING_HINTS[key].name} ${settings[key]}`).join(', ')}
            </span>
          )}
          {wrong && <span className={styles.problem}>one is out of bounds</span>}
        </summary>
        <dl className={styles.settings}>
          {others.map((key) => (
            <div key={key} data-changed={settings[key] !== defaults[key] || undefined}>
              <dt>
                {SETTING_HINTS[key].name}
                <span className={styles.note}>default {defaults[key]}</span>
              </dt>
              <dd>
                <NumberField
                  unlabelled
                  label={SETTING_HINTS[key].name}
                  value={settings[key]}
                  error={problems.settings[key]}
                  whole={SETTING_HINTS[key].whole}
                  step={ARROW_STEPS[key] ?? 1}
                  onChange={(value) => set(key, value)}
                />
              </dd>
              <dd className={styles.note}>{SETTING_HINTS[key].explanation}</dd>
            </div>
          ))}
        </dl>
      </details>
      {changed.length > 0 && (
        <button
          type="button"
          className={styles.link}
          onClick={() => onChange({ ...form, settings: defaults })}
        >
          Settings as the embedded ensembles
        </button>
      )}
    </>
  );
}

const DAMAGE: Record<keyof PairDamage, { name: string; about: string }> = {
  corrupt: { name: 'Spoiled pairs', about: 'Share of pairs whose partners are drawn at random.' },
  keep: {
    name: 'Pool used',
    about: 'Share of the items of each modality; fewer, and the nearest lie further away.',
  },
  topics: { name: 'Topics used', about: 'Share of the pool’s 20 clusters; the others are never seen.' },
};

/** What is done to the pairs on purpose, to see what their quality is worth. */
export function DamageFields({ form, problems, onChange }: Omit<SettingFieldsProps, 'defaults'>) {
  const damage = form.damage ?? UNDAMAGED;
  const keys = Object.keys(DAMAGE) as (keyof PairDamage)[];
  const changed = keys.filter((key) => damage[key] !== UNDAMAGED[key]);
  return (
    <details className={styles.more}>
      <summary>
        Spoil the pairs
        {changed.length > 0 && (
          <span className={styles.note}>
            {changed.map((key) => `${DAMAGE[key].name} ${percentWords(damage[key])}`).join(', ')}
          </span>
        )}
      </summary>
      <dl className={styles.settings}>
        {keys.map((key) => (
          <div key={key} data-changed={damage[key] !== UNDAMAGED[key] || undefined}>
            <dt>
              {DAMAGE[key].name}
              <span className={styles.note}>default {UNDAMAGED[key]}</span>
            </dt>
            <dd>
              <NumberField
                unlabelled
                label={DAMAGE[key].name}
                value={damage[key]}
                error={problems.damage[key]}
                whole={false}
                step={0.05}
                onChange={(value) => onChange(withDamage(form, { [key]: value }))}
              />
            </dd>
            <dd className={styles.note}>{DAMAGE[key].about}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
