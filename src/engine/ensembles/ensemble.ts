import { Tensor, type InferenceSession } from 'onnxruntime-web/webgpu';
import { ModelError, throwIfAborted } from '../../base/errors.ts';
import { fetchModelFile } from '../encoders/modelFiles.ts';
import type { LoadedEnsemble } from '../encoders/runtime.ts';
import type { Session } from '../encoders/sessions.ts';
import { PRECISIONS } from '../encoders/towers.ts';
import type { Backend } from '../types.ts';

/** Creates a guarded session: see guardCreate. */
export type CreateSession = (
  model: Uint8Array,
  options: InferenceSession.SessionOptions,
  name: string,
) => Promise<Session>;

/**
 * Loads a bond's mixture of projectors, bonds/<id>/onnx/ below `modelsUrl`: inputs "embeddings" [n, dIn] and "mask"
 * [nMembers], output "projected" [n, dOut], all float32.
 * @throws MissingFileError, ModelError, BrokenRuntimeError.
 */
export async function loadEnsemble(
  create: CreateSession,
  modelsUrl: string,
  bondId: string,
  backend: Backend,
): Promise<LoadedEnsemble> {
  const path = `bonds/${bondId}/onnx/model${PRECISIONS[backend].suffix}.onnx`;
  const session = await create(
    await fetchModelFile(modelsUrl + path),
    { executionProviders: [backend] },
    path,
  );
  const size = (list: Session['inputMetadata'], name: string, axis: number): number => {
    const found = list.find((value) => value.name === name);
    const length = found?.isTensor ? found.shape[axis] : undefined;
    if (typeof length !== 'number')
      throw new ModelError(`${path} has no ${name} of a fixed size. Rebuild it with "npm run world".`);
    return length;
  };
  const dIn = size(session.inputMetadata, 'embeddings', 1);
  const nMembers = size(session.inputMetadata, 'mask', 0);
  const dOut = size(session.outputMetadata, 'projected', 1);
  return {
    dIn,
    dOut,
    nMembers,
    async project(x, n, mask, signal) {
      throwIfAborted(signal);
      const embeddings = new Tensor('float32', x, [n, dIn]);
      const on = new Tensor('float32', mask, [nMembers]);
      const { projected } = (await session.run({ embeddings, mask: on })) as { projected: Tensor };
      try {
        return (projected.data as Float32Array).slice();
      } finally {
        projected.dispose();
      }
    },
  };
}
