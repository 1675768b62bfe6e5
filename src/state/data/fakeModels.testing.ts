/** A shelf of models that fetches nothing. */
import { InputError } from '../../base/errors.ts';
import type {
  DownloadState,
  EncoderProposal,
  Host,
  KeptModel,
  Models,
  OwnEncoder,
  RepoPlan,
  ShelfModel,
} from '../../engine/models/types.ts';
import type { Space } from '../../recipe/types.ts';

export interface FakeModels extends Models {
  /** Puts lists in place, and tells the listeners. */
  put(state: {
    downloads?: readonly DownloadState[];
    kept?: readonly KeptModel[];
    encoders?: readonly OwnEncoder[];
    spaces?: readonly Space[];
  }): void;
  /** What was called, with its first arguments. */
  calls: string[];
  nListeners(): number;
}

export const CLIP: ShelfModel = {
  repo: 'Xenova/clip-vit-base-patch32',
  name: 'CLIP ViT-B/32',
  family: 'clip',
  about: 'Pictures and English texts.',
  modalities: ['text', 'image'],
  dim: 512,
  licence: 'MIT',
  bytes: { fp32: 606e6, fp16: 303e6, int8: 153e6 },
};

export const CLAP: ShelfModel = {
  repo: 'Xenova/clap-htsat-unfused',
  name: 'CLAP HTSAT',
  family: 'clap',
  about: 'Sounds and English texts.',
  modalities: ['text', 'audio'],
  dim: 512,
  licence: 'Apache-2.0',
  bytes: { fp32: 614e6, int8: 160e6 },
};

export const IMAGEBIND: ShelfModel = {
  repo: 'facebook/imagebind_huge',
  name: 'ImageBind',
  family: 'imagebind',
  about: 'Pictures, sounds and texts.',
  modalities: ['text', 'image', 'audio'],
  dim: 1024,
  licence: 'CC BY-NC-SA 4.0: no commercial use',
  bytes: {},
  unavailable: { reason: 'No public ONNX file of it is known.', docs: 'docs/exporting.md' },
};

export const PROPOSAL: EncoderProposal = {
  id: 'proposal-1',
  path: 'ears.onnx',
  bytes: 12e6,
  inputs: [{ name: 'waveform', dims: ['batch', 48000], type: 'float32' }],
  outputs: [{ name: 'embedding', dims: ['batch', 256], type: 'float32' }],
  spec: {
    space: { id: 'ears-256', name: 'ears', dim: 256 },
    modality: 'audio',
    input: 'waveform',
    output: 'embedding',
    inputSpec: { kind: 'waveform', sampleRateHz: 16_000, seconds: 3 },
    normalise: true,
  },
  questions: ['The file does not say the sample rate: 16 kHz is a guess.'],
};

export const PLAN: RepoPlan = {
  repo: CLIP.repo,
  revision: 'abc1234',
  family: 'clip',
  dim: 512,
  towers: [
    { modality: 'text', file: 'onnx/text_model_quantized.onnx', output: 'text_embeds' },
    { modality: 'image', file: 'onnx/vision_model_quantized.onnx', output: 'image_embeds' },
  ],
  files: { int8: [{ path: 'onnx/text_model_quantized.onnx', bytes: 65e6 }] },
  licence: 'mit',
  notes: [],
};

export function createFakeModels(): FakeModels {
  let downloads: readonly DownloadState[] = [];
  let kept: readonly KeptModel[] = [];
  let encoders: readonly OwnEncoder[] = [];
  let spaces: readonly Space[] = [];
  let host: Host = { kind: 'hub' };
  const listeners = new Set<() => void>();
  const calls: string[] = [];
  const called = (...given: (string | undefined)[]) => void calls.push(given.filter(Boolean).join(' '));
  const tell = () => {
    for (const listener of listeners) listener();
  };
  return {
    calls,
    nListeners: () => listeners.size,
    put(state) {
      downloads = state.downloads ?? downloads;
      kept = state.kept ?? kept;
      encoders = state.encoders ?? encoders;
      spaces = state.spaces ?? spaces;
      tell();
    },
    shelf: () => [CLIP, CLAP, IMAGEBIND],
    host: () => host,
    setHost(next) {
      if (next.kind === 'mirror' && !/^https?:/.test(next.address)) {
        throw new InputError(`“${next.address}” is no address.`);
      }
      host = next;
      called('setHost', next.kind);
      tell();
    },
    inspect(repo) {
      called('inspect', repo);
      return repo === CLIP.repo
        ? Promise.resolve(PLAN)
        : Promise.reject(new InputError(`There is no repository ${repo}.`));
    },
    download(repo, precision) {
      called('download', repo, precision);
      return Promise.resolve();
    },
    pause: (repo) => called('pause', repo),
    cancel: (repo) => called('cancel', repo),
    downloads: () => downloads,
    kept: () => kept,
    remove(repo) {
      called('remove', repo);
      return Promise.resolve();
    },
    spaces: () => spaces,
    encoders: () => encoders,
    setBackend: (id, backend) => called('setBackend', id, backend),
    propose(files) {
      called('propose', ...files.map(({ path }) => path));
      return Promise.resolve(PROPOSAL);
    },
    dryRun(_, { space }) {
      called('dryRun', space.id);
      return Promise.resolve({ head: [0.1, -0.2, 0.3], dim: space.dim, norm: 1, ms: 12, backend: 'wasm' });
    },
    addEncoder(_, { space }) {
      called('addEncoder', space.id);
      return Promise.resolve(`${space.id}/audio`);
    },
    removeEncoder(id) {
      called('removeEncoder', id);
      return Promise.resolve();
    },
    encode: () => Promise.reject(new InputError('Nothing is encoded here.')),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    opened: Promise.resolve(),
    dispose: () => undefined,
  };
}
