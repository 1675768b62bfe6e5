/** The worker's ONNX Runtime and transformers.js, as own encoders use them. */
import { AutoTokenizer } from '@huggingface/transformers';
import { Tensor, type InferenceSession } from 'onnxruntime-web/webgpu';
import { ModelError } from '../../../base/errors.ts';
import { findAdapter, setUpOnnx } from '../../encoders/onnxSetup.ts';
import { SerialLock } from '../../workers/serialLock.ts';
import { loadEncoder, type LoadTools } from './loadEncoder.ts';
import type { OwnRuntime } from './runtime.ts';
import type { TextTokenizer } from './tokens.ts';

/** Stands for the folder of the models: what transformers.js asks for below it is answered from memory. */
const ROOT = '/bondlab-own-models/';

/**
 * Sets up both libraries for this worker, once.
 * @param onBroken called when the GPU device is lost while nothing runs
 */
export function createOwnRuntime(onBroken: (reason: string) => void): OwnRuntime {
  const held = new Map<string, string>();
  const answer = (input: string | URL) => {
    const text = held.get(String(input));
    return Promise.resolve(
      text === undefined
        ? new Response(null, { status: 404 })
        : new Response(text, {
            headers: { 'Content-Length': String(new TextEncoder().encode(text).length) },
          }),
    );
  };
  const { create, watchDevice } = setUpOnnx(ROOT, answer, onBroken);
  const reading = new SerialLock();
  let nRead = 0;

  const tools: LoadTools = {
    async create(graph, beside, backend, name) {
      if (backend === 'webgpu' && (await findAdapter()) === undefined)
        throw new ModelError('WebGPU was asked for, but this browser offers no adapter. Use WebAssembly.');
      const session = await create(
        graph,
        { executionProviders: [backend], externalData: [...beside] } as InferenceSession.SessionOptions,
        name,
      );
      if (backend === 'webgpu') void watchDevice();
      return session;
    },
    // A name of its own for each: transformers.js remembers what it was answered.
    tokenizer: (json, config = '{}') =>
      reading.run(async () => {
        const name = `tokenizer-${nRead++}`;
        held.set(`${ROOT}${name}/tokenizer.json`, json);
        held.set(`${ROOT}${name}/tokenizer_config.json`, config);
        try {
          return (await AutoTokenizer.from_pretrained(name)) as unknown as TextTokenizer;
        } finally {
          held.clear();
        }
      }),
    async run(session, feeds, output) {
      const tensors = Object.fromEntries(
        Object.entries(feeds).map(([name, { type, data, dims }]) => [
          name,
          new Tensor(type as 'float32', data as Float32Array, dims),
        ]),
      );
      const outputs = (await session.run(tensors)) as Record<string, Tensor>;
      try {
        const found = outputs[output];
        if (!found) throw new ModelError(`The graph gave no output "${output}".`);
        return { dims: found.dims, data: (found.data as Float32Array).slice() };
      } finally {
        for (const tensor of Object.values(outputs)) tensor.dispose();
      }
    },
  };
  return {
    adapter: findAdapter,
    nowMs: () => performance.now(),
    load: (source, backend) => loadEncoder(source, backend, tools),
  };
}
