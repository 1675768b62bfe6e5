import { Tensor, type InferenceSession } from 'onnxruntime-web/webgpu';
import { ModelError, throwIfAborted } from '../../base/errors.ts';
import { fetchModelFile } from '../encoders/modelFiles.ts';
import type { EnsembleRef, LoadedEnsemble } from '../encoders/runtime.ts';
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
 * Loads a mixture of projectors, bonds/<id>/onnx/ below `modelsUrl` or at its own address: inputs "embeddings" [n, dIn] and
 * "mask" [nMembers], output "members" [n, nMembers, dOut], all float32 (ensembleModel in formats/onnxEnsemble.ts).
 * @throws MissingFileError, ModelError, BrokenRuntimeError.
 */
export async function loadEnsemble(
  create: CreateSession,
  modelsUrl: string,
  { id, url }: EnsembleRef,
  backend: Backend,
): Promise<LoadedEnsemble> {
  const path = `bonds/${id}/onnx/model${PRECISIONS[backend].suffix}.onnx`;
  const model = await fetchModelFile(url ?? modelsUrl + path);
  const session = await create(model, { executionProviders: [backend] }, url === undefined ? path : id);
  const size = (list: Session['inputMetadata'], name: string, axis: number): number => {
    const found = list.find((value) => value.name === name);
    const length = found?.isTensor ? found.shape[axis] : undefined;
    if (typeof length !== 'number')
      throw new ModelError(`The graph of ${id} has no ${name} of a fixed size: build it or export it anew.`);
    return length;
  };
  const dIn = size(session.inputMetadata, 'embeddings', 1);
  const nMembers = size(session.inputMetadata, 'mask', 0);
  const dOut = size(session.outputMetadata, 'members', 2);
  return {
    dIn,
    dOut,
    nMembers,
    async members(x, n, signal) {
      throwIfAborted(signal);
      const embeddings = new Tensor('float32', x, [n, dIn]);
      const mask = new Tensor('float32', new Float32Array(nMembers).fill(1), [nMembers]);
      const outputs = (await session.run({ embeddings, mask })) as Record<'projected' | 'members', Tensor>;
      try {
        return (outputs.members.data as Float32Array).slice();
      } finally {
        for (const tensor of Object.values(outputs)) tensor.dispose();
      }
    },
    release: () => session.release(),
  };
}
