/** A store of models as a window has one, over a server in the hub's layout. */
import { checksumsOf } from './checksum.ts';
import {
  sha256,
  startHubServer,
  type HubServer,
  type HubServerOptions,
  type RepoContent,
} from './hubServer.testing.ts';
import { ModelStore, type ModelStoreOptions } from './modelStore.ts';

export const REPO = 'bondlab/pair';
export const PIECE = 16 * 1024;

const text = (value: string) => new TextEncoder().encode(value);

/** Bytes without a pattern that a wrong place could hide in. */
export function noise(n: number, seed = 1): Uint8Array<ArrayBuffer> {
  let state = seed;
  return Uint8Array.from({ length: n }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

/** A repository with the file names of CLIP's. */
export function pairRepo(): RepoContent {
  return {
    'README.md': text('---\nlicense: apache-2.0\n---\n# A pair'),
    'config.json': text(JSON.stringify({ model_type: 'clip', projection_dim: 24 })),
    'preprocessor_config.json': text(JSON.stringify({ image_processor_type: 'CLIPImageProcessor' })),
    'tokenizer.json': text(JSON.stringify({ version: '1.0' })),
    'tokenizer_config.json': text('{}'),
    'onnx/text_model.onnx': noise(50_000, 2),
    'onnx/text_model_quantized.onnx': noise(70_000, 3),
    'onnx/vision_model.onnx': noise(90_000, 4),
    'onnx/vision_model_quantized.onnx': noise(100_001, 5),
    'onnx/vision_model_q4.onnx': noise(4000, 6),
    'pytorch_model.bin': noise(10, 7),
  };
}

const pages: ModelStore[] = [];
const hubs: HubServer[] = [];

export async function openHub(
  repos: Record<string, RepoContent> = { [REPO]: pairRepo() },
  options?: HubServerOptions,
): Promise<HubServer> {
  const hub = await startHubServer(repos, options);
  hubs.push(hub);
  return hub;
}

/** A window; several share the database. */
export async function openPage(hub: HubServer, options: ModelStoreOptions = {}): Promise<ModelStore> {
  const store = new ModelStore({
    hubAddress: hub.address,
    patience: { stallMs: 2000, tries: 3, backOffMs: 1 },
    pieceBytes: PIECE,
    checksums: checksumsOf,
    room: () => Promise.resolve(undefined),
    storage: undefined,
    ...options,
  });
  pages.push(store);
  await store.opened;
  return store;
}

export async function closeAll(): Promise<void> {
  for (const store of pages.splice(0)) store.dispose();
  await Promise.all(hubs.splice(0).map((hub) => hub.close()));
}

/** SHA-256 of a kept model's file, read anew. */
export async function hashOf(store: ModelStore, path: string, repo = REPO): Promise<string> {
  const file = (await store.files(repo)).get(path);
  if (!file) throw new Error(`${path} is not kept.`);
  return sha256(new Uint8Array(await file.arrayBuffer()));
}
