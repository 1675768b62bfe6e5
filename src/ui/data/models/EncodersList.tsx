import { ActionIcon, Select } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import type { OwnEncoder } from '../../../engine/models/types.ts';
import type { Backend } from '../../../engine/types.ts';
import { BACKENDS, encoderWords } from '../../../state/data/words.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { ModalityShape, MODALITY_WORDS } from '../../shared/modality.tsx';
import { styles } from '../styles.ts';

const CHOICES = [
  { value: 'auto', label: 'Chosen by a trial' },
  ...Object.entries(BACKENDS).map(([value, label]) => ({ value, label })),
];

/** Encoders of one's own: where each runs, why, and the choice to have it otherwise. */
export function EncodersList() {
  const encoders = useLab((s) => s.data.models.encoders);
  if (encoders.length === 0) return null;
  return (
    <section className={styles.list} aria-labelledby="encoders-title" tabIndex={-1}>
      <h3 id="encoders-title">Encoders at hand</h3>
      <ul className={styles.shelf}>
        {encoders.map((encoder) => (
          <EncoderRow key={encoder.id} encoder={encoder} />
        ))}
      </ul>
    </section>
  );
}

function EncoderRow({ encoder }: { encoder: OwnEncoder }) {
  const { id, space, modality, repo, probe, backend, pinned, state } = encoder;
  const models = useLab((s) => s.engine.models);
  const attempt = useLab((s) => s.attempt);
  const name = `${space.name}, ${MODALITY_WORDS[modality].many}`;
  return (
    <li className={styles.model} data-encoder={id} data-state={state}>
      <div className={styles.what}>
        <b>
          <ModalityShape modality={modality} sizePx={12} /> {name}
        </b>
        <span data-tone={state === 'failed' ? 'failed' : undefined}>{encoderWords(encoder)}</span>
        <span>{probe ?? 'Tried out at its first use: time and agreement on each backend.'}</span>
      </div>
      <div className={styles.offer}>
        <Select
          size="xs"
          aria-label={`Where ${name} runs`}
          allowDeselect={false}
          data={CHOICES}
          value={pinned && backend ? backend : 'auto'}
          onChange={(next) => {
            if (!next) return;
            const chosen = next === 'auto' ? undefined : (next as Backend);
            void attempt(() => models.setBackend(id, chosen));
          }}
        />
        {repo === undefined && (
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={`Remove ${name}`}
            onClick={() => void attempt(() => models.removeEncoder(id))}
          >
            <IconTrash size={16} />
          </ActionIcon>
        )}
      </div>
    </li>
  );
}
