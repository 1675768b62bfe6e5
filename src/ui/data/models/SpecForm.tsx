import { Select, Switch, TextInput } from '@mantine/core';
import { MODALITIES, type Modality } from '../../../base/modality.ts';
import type { EncoderProposal, EncoderSpec } from '../../../engine/models/types.ts';
import {
  commonSpec,
  kindsOf,
  withModality,
  withOutput,
  withSpace,
  type InputKind,
} from '../../../state/data/single.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { MODALITY_WORDS } from '../../shared/modality.tsx';
import { styles } from '../styles.ts';
import { InputFields } from './InputFields.tsx';

const KIND_WORDS: Readonly<Record<InputKind, string>> = {
  pixels: 'Pixels',
  waveform: 'A waveform',
  'log-mel': 'A log-mel spectrogram',
  tokens: 'Token ids',
};

/** What an encoder reads and gives: everything that a graph cannot say of itself. */
export function SpecForm({ proposal, spec }: { proposal: EncoderProposal; spec: EncoderSpec }) {
  const setSpec = useLab((s) => s.setSpec);
  const { modality, input, output, inputSpec, space, normalise } = spec;
  const kinds = kindsOf(modality);
  return (
    <div className={styles.fields}>
      <Select
        size="xs"
        label="It reads"
        allowDeselect={false}
        data={MODALITIES.map((one) => ({ value: one, label: MODALITY_WORDS[one].many }))}
        value={modality}
        onChange={(next) => next && setSpec(withModality(spec, next as Modality))}
      />
      <Select
        size="xs"
        label="Input"
        allowDeselect={false}
        data={proposal.inputs.map(({ name }) => name)}
        value={input}
        onChange={(next) => next && setSpec({ ...spec, input: next })}
      />
      <Select
        size="xs"
        label="The input is"
        allowDeselect={false}
        data={kinds.map((kind) => ({ value: kind, label: KIND_WORDS[kind] }))}
        value={inputSpec.kind}
        onChange={(next) => next && setSpec({ ...spec, inputSpec: commonSpec(next as InputKind) })}
      />
      <InputFields inputSpec={inputSpec} onChange={(next) => setSpec({ ...spec, inputSpec: next })} />
      <Select
        size="xs"
        label="Output"
        allowDeselect={false}
        data={proposal.outputs.map(({ name }) => name)}
        value={output}
        onChange={(next) => next && setSpec(withOutput(spec, next, proposal))}
      />
      <TextInput
        size="xs"
        label={`Name of the space (${space.dim} numbers)`}
        description="Encoders of one space share its name"
        inputWrapperOrder={['label', 'input', 'description']}
        value={space.name}
        onChange={({ currentTarget }) => setSpec(withSpace(spec, currentTarget.value))}
      />
      <Switch
        size="sm"
        label="Make its vectors unit length"
        checked={normalise}
        onChange={({ currentTarget }) => setSpec({ ...spec, normalise: currentTarget.checked })}
      />
    </div>
  );
}
