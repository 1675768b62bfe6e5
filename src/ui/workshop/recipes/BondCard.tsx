import { ActionIcon, Button, SegmentedControl, Select } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react';
import type { Modality } from '../../../base/modality.ts';
import type { Parts, RecipeDraft } from '../../../recipe/build.ts';
import type { BondKind } from '../../../recipe/types.ts';
import {
  endsWords,
  moved,
  partners,
  trainingFor,
  withBond,
  withEnsemble,
  withExpert,
  withoutExpert,
  type DraftBond,
  type DraftProjection,
} from '../../../state/workshop/recipesDraft.ts';
import { inList, nameIn } from '../../../state/workshop/recipesWords.ts';
import { withEnds } from '../../../state/workshop/trainForm.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { MODALITY_WORDS, ModalityShape } from '../../shared/modality.tsx';
import { SpaceMenu } from './AddBond.tsx';
import { ensembleWords } from './words.ts';
import { styles } from './styles.ts';

const KINDS: { value: BondKind; label: string }[] = [
  { value: 'combination', label: 'Combination' },
  { value: 'displacement', label: 'Displacement' },
];
const PARALLEL = [
  { value: 'averaged', label: 'Averaged' },
  { value: 'weighed', label: 'Weighed apart' },
];

export interface BondCardProps {
  draft: RecipeDraft;
  look: DraftBond;
  /** Place in the sequence, from 0. */
  place: number;
  parts: Parts;
  onChange: (draft: RecipeDraft) => void;
}

/** One bond of the draft: its kind, its experts, what projects them, what it does; or why it cannot be. */
export function BondCard({ draft, look, place, parts, onChange }: BondCardProps) {
  const { bond, why, projections, reach } = look;
  const { spaces } = parts;
  const names = inList(bond.experts.map((id) => nameIn(spaces, id)));
  const called = `bond ${place + 1}, ${names}`;
  const partnersNow = () => partners(draft, place, parts);
  return (
    <li className={styles.bond} data-broken={why !== undefined || undefined}>
      <div className={styles.bondHead}>
        <span className={styles.place} aria-hidden="true">
          {place + 1}
        </span>
        <SegmentedControl
          size="xs"
          aria-label={`Kind of ${called}`}
          data={KINDS}
          value={bond.kind}
          onChange={(kind) => onChange(withBond(draft, place, { kind: kind as BondKind }))}
        />
        <span className={styles.tools}>
          {draft.bonds.length > 1 && (
            <>
              <Tool
                label={`Earlier: ${called}`}
                disabled={place === 0}
                onClick={() => onChange(moved(draft, place, -1))}
              >
                <IconArrowUp size={16} />
              </Tool>
              <Tool
                label={`Later: ${called}`}
                disabled={place === draft.bonds.length - 1}
                onClick={() => onChange(moved(draft, place, 1))}
              >
                <IconArrowDown size={16} />
              </Tool>
            </>
          )}
          <Tool
            label={`Remove ${called}`}
            onClick={() => onChange({ ...draft, bonds: draft.bonds.filter((_, i) => i !== place) })}
          >
            <IconX size={16} />
          </Tool>
        </span>
      </div>
      <ul className={styles.experts} aria-label={`Experts of ${called}`}>
        {bond.experts.map((id, k) => (
          <li key={id}>
            <span className={styles.expert}>
              <b>{nameIn(spaces, id)}</b>
              {bond.experts.length > 1 && (
                <Tool
                  label={`Remove ${nameIn(spaces, id)} from bond ${place + 1}`}
                  onClick={() => onChange(withoutExpert(draft, place, k))}
                >
                  <IconX size={14} />
                </Tool>
              )}
            </span>
            {projections[k] && (
              <Projection
                projection={projections[k]}
                kind={bond.kind}
                onChoose={(ensemble) => onChange(withEnsemble(draft, place, k, ensemble))}
              />
            )}
          </li>
        ))}
      </ul>
      {why !== undefined && (
        <p className={styles.problem} role="alert">
          {why}
        </p>
      )}
      {bond.experts.length > 1 && (
        <SegmentedControl
          size="xs"
          aria-label={`How the experts of bond ${place + 1} are weighed`}
          data={PARALLEL}
          value={bond.parallel ?? 'averaged'}
          onChange={(parallel) =>
            onChange(withBond(draft, place, { parallel: parallel as 'averaged' | 'weighed' }))
          }
        />
      )}
      {reach && (
        <dl className={styles.reach}>
          <Reach words="fuses" modalities={reach.fused} />
          <Reach words="stand alone" modalities={reach.alone} />
          <Reach
            words={bond.kind === 'displacement' ? 'projected alone' : 'untouched'}
            modalities={reach.untouched}
          />
        </dl>
      )}
      {bond.kind === 'combination' && (
        <SpaceMenu
          label="Add an expert beside"
          called={`Add an expert beside ${names}`}
          about="Side by side in one bond: averaged, or weighed apart."
          choices={partnersNow}
          onChoose={({ space }) => onChange(withExpert(draft, place, bond.experts.length, space.id))}
          quiet
        />
      )}
    </li>
  );
}

function Tool(props: { label: string; disabled?: boolean; onClick: () => void; children: React.ReactNode }) {
  const { label, disabled = false, onClick, children } = props;
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="sm"
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      {children}
    </ActionIcon>
  );
}

function Reach({ words, modalities }: { words: string; modalities: readonly Modality[] }) {
  if (modalities.length === 0) return null;
  return (
    <div>
      <dt>{words}</dt>
      {modalities.map((modality) => (
        <dd key={modality}>
          <ModalityShape modality={modality} sizePx={10} /> {MODALITY_WORDS[modality].many}
        </dd>
      ))}
    </div>
  );
}

/** What projects one expert (or the base into it): which ensemble, or that nobody trained one, with the way to train it. */
function Projection({
  projection: { ends, fitting, chosen },
  kind,
  onChoose,
}: {
  projection: DraftProjection;
  kind: BondKind;
  onChoose: (ensembleId: string) => void;
}) {
  const spaces = useLab((s) => s.spaces);
  const form = useLab((s) => s.workshop.form);
  const setWorkshop = useLab((s) => s.setWorkshop);
  const showBench = useLab((s) => s.showBench);
  const way = endsWords(ends, spaces);
  if (!chosen) {
    const train = () => {
      const { name: _, ...rest } = form;
      setWorkshop({ form: withEnds(rest, trainingFor(ends, kind, spaces), spaces) });
      showBench('train');
    };
    const joint = spaces.find(({ id }) => id === ends.target)?.modalities.length === 0;
    return (
      <span className={styles.untrained}>
        {joint
          ? `${way}: such a space is trained together with both its experts.`
          : `${way}: nobody trained it yet.`}
        <Button size="compact-sm" variant="light" onClick={train} aria-label={`Train ${way}`}>
          Train it
        </Button>
      </span>
    );
  }
  if (fitting.length === 1) {
    return (
      <span className={styles.way}>
        {way}, {ensembleWords(chosen)}
      </span>
    );
  }
  return (
    <Select
      size="xs"
      label={way}
      allowDeselect={false}
      data={fitting.map((one) => ({ value: one.id, label: `${one.name}: ${ensembleWords(one)}` }))}
      value={chosen.id}
      onChange={(id) => id !== null && onChoose(id)}
    />
  );
}
