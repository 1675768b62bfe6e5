/** Runs an ONNX model in Node on ONNX Runtime's WebAssembly build, as the page runs it where there is no WebGPU. */
import { env, InferenceSession, Tensor } from 'onnxruntime-web';

env.wasm.numThreads = 1;

/** Inputs by name: values and shape. */
export type Feeds = Readonly<Record<string, { data: Float32Array | BigInt64Array; dims: readonly number[] }>>;

export interface NodeModel {
  /** The values of an output: the first one's where none is named. */
  run(feeds: Feeds, output?: string): Promise<Float32Array>;
  release(): Promise<void>;
}

/** @throws Error of ONNX Runtime where the model is not valid. */
export async function openModel(bytes: Uint8Array): Promise<NodeModel> {
  const session = await InferenceSession.create(bytes, { executionProviders: ['wasm'] });
  const [first] = session.outputNames;
  return {
    async run(feeds, output = first!) {
      const inputs = Object.fromEntries(
        Object.entries(feeds).map(([name, { data, dims }]) => [
          name,
          data instanceof Float32Array ? new Tensor('float32', data, dims) : new Tensor('int64', data, dims),
        ]),
      );
      const outputs = await session.run(inputs, [output]);
      return (await outputs[output]!.getData()) as Float32Array;
    },
    release: () => session.release(),
  };
}
