import { Button, Select } from '@mantine/core';
import { useState } from 'react';
import type { Space } from '../../../recipe/types.ts';
import { throughText } from '../../../state/data/throughText.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { styles } from '../styles.ts';

/** Two models that share texts become one space of pictures, sounds and texts. */
export function BindCard() {
  const encoders = useLab((s) => s.data.models.encoders);
  const collections = useLab((s) => s.data.collections);
  const inUse = useLab((s) => s.engine.manifest.id);
  const canBind = useLab((s) => s.canBind);
  const binding = useLab((s) => s.data.binding);
  const bind = useLab((s) => s.bindThroughText);
  const [chosen, setChosen] = useState<{ baseId?: string; expertId?: string }>({});
  const [named, setNamed] = useState<string>();
  const { bases, experts, collections: fitting, why } = throughText(encoders, collections, chosen);
  const of = (list: readonly Space[], id: string | undefined) =>
    list.find((space) => space.id === id) ?? list[0];
  const base = of(bases, chosen.baseId);
  const expert = of(experts, chosen.expertId);
  const collection =
    fitting.find(({ id }) => id === named) ?? fitting.find(({ id }) => id === inUse) ?? fitting[0];
  return (
    <section className={styles.bind} aria-labelledby="bind-title">
      <div className={styles.what}>
        <h3 id="bind-title">
          {base && expert ? `${base.name} + ${expert.name}` : 'CLIP + CLAP'}, bound through text
        </h3>
        <span>
          CLIP sees and reads, CLAP hears and reads. Projectors trained on the texts of a collection bring
          CLAP’s sounds into CLIP’s space: pictures, sounds and texts in one space, without a pair of a
          picture and a sound (Ex-MCR, arXiv 2310.08884).
        </span>
        {why !== undefined && <span data-tone="why">{why}</span>}
      </div>
      <div className={styles.offer}>
        {bases.length > 1 && (
          <Pick
            label="Sees"
            spaces={bases}
            value={base}
            onChange={(baseId) => setChosen({ ...chosen, baseId })}
          />
        )}
        {experts.length > 1 && (
          <Pick
            label="Hears"
            spaces={experts}
            value={expert}
            onChange={(expertId) => setChosen({ ...chosen, expertId })}
          />
        )}
        {fitting.length > 1 && collection && (
          <Select
            size="xs"
            label="Texts of"
            allowDeselect={false}
            data={fitting.map(({ id, name }) => ({ value: id, label: name }))}
            value={collection.id}
            onChange={(id) => id && setNamed(id)}
          />
        )}
        <Button
          size="sm"
          loading={binding}
          disabled={!canBind || why !== undefined}
          onClick={() => {
            if (!base || !expert || !collection) return;
            void bind({ collectionId: collection.id, baseId: base.id, expertId: expert.id });
          }}
        >
          Bind them
        </Button>
      </div>
    </section>
  );
}

function Pick(props: {
  label: string;
  spaces: readonly Space[];
  value: Space | undefined;
  onChange: (id: string) => void;
}) {
  const { label, spaces, value, onChange } = props;
  return (
    <Select
      size="xs"
      label={label}
      allowDeselect={false}
      data={spaces.map(({ id, name }) => ({ value: id, label: name }))}
      value={value?.id ?? null}
      onChange={(id) => id && onChange(id)}
    />
  );
}
