import { NumberInput, Select, TextInput } from '@mantine/core';
import type { EncoderInputSpec } from '../../../engine/models/types.ts';
import { CLIP_PIXELS } from '../../../state/data/single.ts';

interface InputFieldsProps {
  inputSpec: EncoderInputSpec;
  onChange: (inputSpec: EncoderInputSpec) => void;
}

/** The fields of one kind of input. */
export function InputFields({ inputSpec, onChange }: InputFieldsProps) {
  switch (inputSpec.kind) {
    case 'pixels':
      return <PixelFields spec={inputSpec} onChange={onChange} />;
    case 'waveform':
      return (
        <>
          <Count
            label="Samples a second"
            value={inputSpec.sampleRateHz}
            onChange={(sampleRateHz) => onChange({ ...inputSpec, sampleRateHz })}
          />
          <Count
            label="Seconds"
            decimal
            value={inputSpec.seconds}
            onChange={(seconds) => onChange({ ...inputSpec, seconds })}
          />
        </>
      );
    case 'log-mel':
      return <MelFields spec={inputSpec} onChange={onChange} />;
    default:
      return (
        <>
          <TextInput
            size="xs"
            label="Tokenizer"
            value={inputSpec.tokenizer}
            onChange={({ currentTarget }) => onChange({ ...inputSpec, tokenizer: currentTarget.value })}
          />
          <Count
            label="Tokens"
            value={inputSpec.length}
            onChange={(length) => onChange({ ...inputSpec, length })}
          />
        </>
      );
  }
}

type Pixels = Extract<EncoderInputSpec, { kind: 'pixels' }>;
const FITS = [
  { value: 'crop', label: 'cropped to a square' },
  { value: 'contain', label: 'whole, with a margin' },
  { value: 'stretch', label: 'stretched' },
];
const RANGES = [
  { value: '0..1', label: '0 to 1' },
  { value: '-1..1', label: '−1 to 1' },
  { value: '0..255', label: '0 to 255' },
  { value: 'mean-std', label: 'less a mean, by a deviation' },
];

function PixelFields({ spec, onChange }: { spec: Pixels; onChange: (spec: Pixels) => void }) {
  const { mean: _, std: __, ...plain } = spec;
  return (
    <>
      <Choice
        label="Order"
        value={spec.layout}
        data={[
          { value: 'NCHW', label: 'NCHW: colours first' },
          { value: 'NHWC', label: 'NHWC: colours last' },
        ]}
        onChange={(layout) => onChange({ ...spec, layout })}
      />
      <Count label="Pixels a side" value={spec.px} onChange={(px) => onChange({ ...spec, px })} />
      <Choice
        label="A picture is"
        value={spec.fit}
        data={FITS}
        onChange={(fit) => onChange({ ...spec, fit })}
      />
      <Choice
        label="Values"
        value={spec.range}
        data={RANGES}
        onChange={(range) =>
          onChange(range === 'mean-std' ? { ...CLIP_PIXELS, ...spec, range } : { ...plain, range })
        }
      />
      {spec.range === 'mean-std' &&
        (['mean', 'std'] as const).map((name) => (
          <Triple
            key={name}
            label={name === 'mean' ? 'Mean' : 'Deviation'}
            value={spec[name] ?? CLIP_PIXELS[name]}
            onChange={(value) => onChange({ ...spec, [name]: value })}
          />
        ))}
    </>
  );
}

type Mel = Extract<EncoderInputSpec, { kind: 'log-mel' }>;
const MEL_COUNTS = [
  ['sampleRateHz', 'Samples a second'],
  ['nMels', 'Mel bands'],
  ['nFft', 'Window, samples'],
  ['hop', 'Hop, samples'],
  ['frames', 'Frames'],
] as const;

function MelFields({ spec, onChange }: { spec: Mel; onChange: (spec: Mel) => void }) {
  return (
    <>
      {MEL_COUNTS.map(([name, label]) => (
        <Count
          key={name}
          label={label}
          value={spec[name]}
          onChange={(value) => onChange({ ...spec, [name]: value })}
        />
      ))}
      <Choice
        label="Order"
        value={spec.layout}
        data={[
          { value: 'frames-mels', label: 'frames, then bands' },
          { value: 'mels-frames', label: 'bands, then frames' },
        ]}
        onChange={(layout) => onChange({ ...spec, layout })}
      />
      <Choice
        label="Logarithm"
        value={spec.scale}
        data={[
          { value: 'ln', label: 'natural' },
          { value: 'log10', label: 'of base 10' },
          { value: 'dB', label: 'decibels' },
        ]}
        onChange={(scale) => onChange({ ...spec, scale })}
      />
    </>
  );
}

function Choice<T extends string>(props: {
  label: string;
  value: T;
  data: { value: string; label: string }[];
  onChange: (value: T) => void;
}) {
  const { label, value, data, onChange } = props;
  return (
    <Select
      size="xs"
      label={label}
      allowDeselect={false}
      data={data}
      value={value}
      onChange={(next) => next && onChange(next as T)}
    />
  );
}

function Count(props: {
  label: string;
  value: number;
  decimal?: boolean;
  onChange: (value: number) => void;
}) {
  const { label, value, decimal = false, onChange } = props;
  return (
    <NumberInput
      size="xs"
      label={label}
      min={0}
      allowDecimal={decimal}
      value={value}
      onChange={(next) => onChange(Number(next))}
    />
  );
}

/** Three numbers, of red, green and blue. */
function Triple(props: { label: string; value: readonly number[]; onChange: (value: number[]) => void }) {
  const { label, value, onChange } = props;
  return (
    <>
      {['red', 'green', 'blue'].map((colour, i) => (
        <NumberInput
          key={colour}
          size="xs"
          label={`${label}, ${colour}`}
          decimalScale={8}
          step={0.01}
          value={value[i] ?? 0}
          onChange={(next) => onChange(value.map((one, j) => (j === i ? Number(next) : one)))}
        />
      ))}
    </>
  );
}
