/** The libraries of own encoders in Node: the same graphs on WebAssembly, the same tokenizers. */
import { PreTrainedTokenizer } from '@huggingface/transformers';
import { env, InferenceSession, Tensor } from 'onnxruntime-web';
import { guardSession, sessionError, type Session } from '../../encoders/sessions.ts';
import { SerialLock } from '../../workers/serialLock.ts';
import { loadEncoder, type LoadTools } from './loadEncoder.ts';
import type { OwnRuntime } from './runtime.ts';
import type { TextTokenizer } from './tokens.ts';

env.wasm.numThreads = 1;

const lock = new SerialLock();

export const NODE_TOOLS: LoadTools = {
  async create(graph, beside, _backend, name) {
    try {
      const session = await lock.run(() =>
        InferenceSession.create(graph, { executionProviders: ['wasm'], externalData: [...beside] }),
      );
      return guardSession(session as unknown as Session, lock, name);
    } catch (error) {
      throw sessionError(`Loading ${name}`, error);
    }
  },
  tokenizer: (json, config = '{}') =>
    Promise.resolve(
      new PreTrainedTokenizer(
        JSON.parse(json) as object,
        JSON.parse(config) as object,
      ) as unknown as TextTokenizer,
    ),
  async run(session, feeds, output) {
    const tensors = Object.fromEntries(
      Object.entries(feeds).map(([name, { type, data, dims }]) => [
        name,
        new Tensor(type as 'float32', data as Float32Array, dims),
      ]),
    );
    const outputs = (await session.run(tensors)) as Record<string, Tensor>;
    const { dims, data } = outputs[output]!;
    return { dims, data };
  },
};

/** A runtime without WebGPU, whose clock stands still. */
export const NODE_RUNTIME: OwnRuntime = {
  adapter: () => Promise.resolve(undefined),
  load: (source, backend) => loadEncoder(source, backend, NODE_TOOLS),
  nowMs: () => 0,
};
