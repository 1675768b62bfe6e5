/**
 * PyTorch checkpoints in the zip format (torch.save since 1.6; caffe2/serialize/inline_container.h): a pickle, data.pkl, and one
 * file a storage. The pickle is read by a list of allowed names and never run.
 */
import { FormatError } from '../../base/errors.ts';
import { countOf, DTYPE_BYTES, isCount, shown, toFloat32, type Dtype, type LazyTensor } from '../tensors.ts';
import { isZip, readZip, type ZipEntry } from '../zip.ts';
import { PyCall, PyDict, PyGlobal, PyPersistent, PyTuple, readPickle, type PyValue } from './pickle.ts';

const STORAGES: Readonly<Record<string, Dtype>> = {
  'torch.FloatStorage': 'F32',
  'torch.HalfStorage': 'F16',
  'torch.BFloat16Storage': 'BF16',
  'torch.DoubleStorage': 'F64',
  'torch.LongStorage': 'I64',
};
const TENSOR = 'torch._utils._rebuild_tensor_v2';
const PARAMETER = 'torch._utils._rebuild_parameter';
/** Everything that a checkpoint may name. */
const ALLOWED = {
  calls: new Set(['collections.OrderedDict', TENSOR, PARAMETER]),
  names: new Set(Object.keys(STORAGES)),
};
/** Names under which training scripts keep a state dict beside other things. */
const WRAPPERS = ['state_dict', 'model_state_dict', 'model', 'net', 'projector', 'module'];
const MAX_DIMS = 8;

/** Whether a zip archive is a checkpoint: a pickle lies in its only folder. */
export function isTorchArchive(entries: readonly Pick<ZipEntry, 'name'>[]): boolean {
  return entries.some(({ name }) => /^[^/]+\/data\.pkl$/.test(name));
}

/** Whether a file is a checkpoint from before PyTorch 1.6, or a bare pickle. */
export function isLegacyTorch(bytes: Uint8Array): boolean {
  return bytes[0] === 0x80 && bytes[1]! >= 2 && bytes[1]! <= 5;
}

/**
 * The tensors of a state dict by their keys, also where it lies in a dict under "state_dict" or the like. Storages of float32,
 * float16, bfloat16, float64 and int64; views with strides and offsets.
 * @throws FormatError when the file is of another format, cut or damaged, asks for a name that is not allowed, or holds no
 * tensors; reading a tensor throws it where its storage is not what the pickle claims.
 */
export function readTorch(bytes: Uint8Array): Map<string, LazyTensor> {
  if (isLegacyTorch(bytes))
    throw new FormatError(
      'This checkpoint is in the old format from before PyTorch 1.6 (a pickle without a zip), which is not read. Load it in PyTorch and save its state dict again: torch.save(state_dict, path).',
    );
  if (!isZip(bytes))
    throw new FormatError('This is no PyTorch checkpoint: it is no zip archive, or its start is cut.');
  return readTorchArchive(readZip(bytes));
}

/** readTorch of an archive whose directory is read already. */
export function readTorchArchive(entries: readonly ZipEntry[]): Map<string, LazyTensor> {
  const pickles = entries.filter(({ name }) => /^[^/]+\/data\.pkl$/.test(name));
  const [pickle] = pickles;
  if (!pickle || pickles.length > 1)
    throw new FormatError(`The archive holds ${pickles.length} files data.pkl where a checkpoint has one.`);
  const root = pickle.name.slice(0, -'data.pkl'.length);
  const files = new Map(entries.map((entry) => [entry.name, entry] as const));
  const order = files.get(`${root}byteorder`);
  if (order && order.size <= 8 && new TextDecoder().decode(order.read()).trim() === 'big')
    throw new FormatError('The checkpoint was written on a big-endian machine: save it again on another.');
  const value = readPickle(pickle.read(), ALLOWED);
  const tensors = new Map<string, LazyTensor>();
  for (const [key, entry] of stateDict(value)) {
    const call = tensorCall(entry);
    if (call)
      tensors.set(
        String(key),
        describeTensor(String(key), call, (storage) => files.get(`${root}data/${storage}`)),
      );
  }
  if (tensors.size === 0)
    throw new FormatError(
      'The checkpoint holds no tensors by name: save it with torch.save(model.state_dict(), path).',
    );
  return tensors;
}

/** The dict that has tensors: the value itself, or one that it wraps. */
function stateDict(value: PyValue): ReadonlyMap<string | number, PyValue> {
  if (!(value instanceof PyDict))
    throw new FormatError(
      'The checkpoint is no dict of tensors: save it with torch.save(model.state_dict(), path).',
    );
  const hasTensors = ({ entries }: PyDict) => [...entries.values()].some(tensorCall);
  let dict = value;
  for (let depth = 0; depth < 2 && !hasTensors(dict); depth++) {
    const inner = WRAPPERS.map((name) => dict.entries.get(name)).find((one) => one instanceof PyDict);
    if (!inner) break;
    dict = inner;
  }
  return dict.entries;
}

/** The call that makes a tensor, also where it is wrapped into a parameter. */
function tensorCall(value: PyValue): PyCall | undefined {
  if (!(value instanceof PyCall)) return undefined;
  if (value.callee === TENSOR) return value;
  const [inner] = value.args;
  return inner instanceof PyCall && inner.callee === TENSOR ? inner : undefined;
}

function describeTensor(
  key: string,
  call: PyCall,
  find: (storage: string) => ZipEntry | undefined,
): LazyTensor {
  const wrong = (what: string) => new FormatError(`Tensor ${shown(key)} ${what}: the checkpoint is damaged.`);
  const [source, offset, size, stride] = call.args;
  const id = source instanceof PyPersistent && source.id instanceof PyTuple ? source.id.items : [];
  const [kind, type, storage, , numel] = id;
  const dtype = type instanceof PyGlobal ? STORAGES[type.name] : undefined;
  if (kind !== 'storage' || !dtype || typeof storage !== 'string' || !isCount(numel))
    throw wrong('names no storage');
  const shape = counts(size);
  const strides = counts(stride);
  if (!shape || !strides || !isCount(offset) || shape.length !== strides.length || shape.length > MAX_DIMS)
    throw wrong('has a wrong shape, stride or offset');
  const count = countOf(shape, key);
  // Larger than its storage is only a view that repeats values (expand): a few bytes would become any size.
  const last = offset + shape.reduce((sum, length, d) => sum + (length - 1) * strides[d]!, 0);
  if (count > numel || (count > 0 && last >= numel))
    throw wrong(`[${shape.join(', ')}] reaches beyond its storage of ${numel} values`);
  return {
    shape,
    read() {
      const entry = find(storage);
      if (!entry) throw wrong(`lies in data/${shown(storage)}, which is missing`);
      if (entry.size !== numel * DTYPE_BYTES[dtype])
        throw wrong(`claims ${numel * DTYPE_BYTES[dtype]} bytes, its file has ${entry.size}`);
      return readView(entry.read(), dtype, { shape, strides, offset, count });
    },
  };
}

function counts(value: PyValue | undefined): number[] | undefined {
  if (!(value instanceof PyTuple)) return undefined;
  const items = value.items.filter(isCount);
  return items.length === value.items.length ? items : undefined;
}

interface View {
  shape: readonly number[];
  strides: readonly number[];
  offset: number;
  count: number;
}

/** Row-major values of a strided view of a storage. */
function readView(bytes: Uint8Array, dtype: Dtype, { shape, strides, offset, count }: View): Float32Array {
  const width = DTYPE_BYTES[dtype];
  const rowMajor = shape.map((_, d) => shape.slice(d + 1).reduce((product, size) => product * size, 1));
  if (shape.every((size, d) => size <= 1 || strides[d] === rowMajor[d]))
    return toFloat32(dtype, bytes.subarray(offset * width, (offset + count) * width));
  const values = toFloat32(dtype, bytes);
  const out = new Float32Array(count);
  const index = shape.map(() => 0);
  let from = offset;
  for (let i = 0; i < count; i++) {
    out[i] = values[from]!;
    for (let d = shape.length - 1; d >= 0; d--) {
      from += strides[d]!;
      if (++index[d]! < shape[d]!) break;
      from -= index[d]! * strides[d]!;
      index[d] = 0;
    }
  }
  return out;
}
