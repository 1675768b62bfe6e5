/** Writes a state dict that torch.load reads, also with weights_only=True: the zip format of PyTorch 1.6 and later. */
import { zipSync, type Zippable } from 'fflate';
import type { ProjectorWeights } from '../../math/projector.ts';
import { projectorState, type NamedTensor } from '../projectorState.ts';

/** The first day that a zip can tell: equal weights give equal bytes on any day. */
const WRITTEN = new Date(1980, 0, 1);
const ROOT = 'best';
/** PyTorch maps files into memory where storages start at multiples of 64 bytes. */
const ALIGNMENT = 64;
/** Id of the extra field that fills up to the alignment, as PyTorch writes it ("FB"). */
const PADDING = 0x4246;

/** An OrderedDict as a pickle of protocol 2. */
class Pickle {
  readonly #bytes: number[] = [0x80, 2];

  op(code: string): this {
    this.#bytes.push(code.charCodeAt(0));
    return this;
  }
  global(module: string, name: string): this {
    this.op('c').#bytes.push(...new TextEncoder().encode(`${module}\n${name}\n`));
    return this;
  }
  text(value: string): this {
    const bytes = new TextEncoder().encode(value);
    return this.op('X').#int32(bytes.length).#raw(bytes);
  }
  int(value: number): this {
    return this.op('J').#int32(value);
  }
  tuple(values: readonly number[]): this {
    this.op('(');
    for (const value of values) this.int(value);
    return this.op('t');
  }
  #int32(value: number): this {
    return this.#raw([0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff));
  }
  #raw(bytes: Iterable<number>): this {
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }
  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

interface Stored {
  name: string;
  storage: 'FloatStorage' | 'LongStorage';
  shape: readonly number[];
  numel: number;
  bytes: Uint8Array;
}

function pickleOf(tensors: readonly Stored[]): Uint8Array {
  const out = new Pickle().global('collections', 'OrderedDict').op(')').op('R').op('(');
  tensors.forEach(({ name, storage, shape, numel }, i) => {
    const strides = shape.map((_, d) => shape.slice(d + 1).reduce((product, size) => product * size, 1));
    out.text(name).global('torch._utils', '_rebuild_tensor_v2').op('(');
    out
      .op('(')
      .text('storage')
      .global('torch', storage)
      .text(String(i))
      .text('cpu')
      .int(numel)
      .op('t')
      .op('Q');
    out.int(0).tuple(shape).tuple(strides).op('\x89');
    out.global('collections', 'OrderedDict').op(')').op('R').op('t').op('R');
  });
  return out.op('u').op('.').finish();
}

/** BatchNorm counts batches in a tensor of its own, which load_state_dict asks for. */
function withCounters(tensors: readonly NamedTensor[]): Stored[] {
  return tensors.flatMap(({ name, shape, data }): Stored[] => {
    const floats: Stored = {
      name,
      shape,
      storage: 'FloatStorage',
      numel: data.length,
      bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    };
    if (!name.endsWith('.running_var')) return [floats];
    const counter = name.replace(/running_var$/, 'num_batches_tracked');
    return [floats, { name: counter, shape: [], storage: 'LongStorage', numel: 1, bytes: new Uint8Array(8) }];
  });
}

/** Entries in their order, each padded so that its bytes start at a multiple of 64. */
function aligned(files: readonly (readonly [name: string, bytes: Uint8Array])[]): Zippable {
  let at = 0;
  return Object.fromEntries(
    files.map(([name, bytes]) => {
      const start = at + 30 + name.length + 4;
      const padding = (ALIGNMENT - (start % ALIGNMENT)) % ALIGNMENT;
      at = start + padding + bytes.length;
      return [name, [bytes, { extra: { [PADDING]: new Uint8Array(padding) } }]];
    }),
  );
}

/**
 * A projector as best.pt: torch.save(state_dict) with the published keys ("Head2.mlps.0.weight"), matrices [dOut, dIn], float32,
 * and num_batches_tracked 0. Read it with torch.load(path).
 */
export function writeTorch(weights: ProjectorWeights): Uint8Array<ArrayBuffer> {
  const tensors = withCounters(projectorState(weights));
  const files = aligned([
    [`${ROOT}/data.pkl`, pickleOf(tensors)],
    ...tensors.map(({ bytes }, i) => [`${ROOT}/data/${i}`, bytes] as const),
    [`${ROOT}/version`, new TextEncoder().encode('3\n')],
  ]);
  return zipSync(files, { level: 0, mtime: WRITTEN });
}
