/** Loads one encoder from its files: its graph into a session, its tokenizer from memory. */
import {
  FormatError,
  InputError,
  LabError,
  MediaError,
  messageOf,
  ModelError,
  throwIfAborted,
} from '../../../base/errors.ts';
import { readOnnx } from '../../../formats/onnxRead.ts';
import { shown } from '../../../formats/tensors.ts';
import type { Session } from '../../encoders/sessions.ts';
import { saysBroken } from '../../workers/brokenRuntime.ts';
import type { Backend } from '../../types.ts';
import {
  feedsOf,
  fixedTokens,
  outputName,
  vectorOf,
  type Feed,
  type GraphOutput,
  type GraphValue,
} from './feeds.ts';
import { prepareFor, type Tokenize } from './prepare.ts';
import type { LoadedEncoder } from './runtime.ts';
import { tokensOf, type TextTokenizer } from './tokens.ts';
import type { TextReading, TowerSource } from './tower.ts';

/** A file beside a graph that holds its weights. */
export interface BesideFile {
  path: string;
  data: Uint8Array;
}

export interface LoadTools {
  /** Makes a session; errors name `name`. @throws ModelError, BrokenRuntimeError */
  create(graph: Uint8Array, beside: readonly BesideFile[], backend: Backend, name: string): Promise<Session>;
  tokenizer(json: string, config: string | undefined): Promise<TextTokenizer>;
  /** Runs a session and gives the named output, copied. @throws ModelError, BrokenRuntimeError */
  run(session: Session, feeds: Readonly<Record<string, Feed>>, output: string): Promise<GraphOutput>;
}

/**
 * @throws FormatError where the tokenizer's files are damaged; ModelError where a file is missing, the graph is damaged or
 * needs what is not at hand, or has no fitting output; BrokenRuntimeError
 */
export async function loadEncoder(
  source: TowerSource,
  backend: Backend,
  tools: LoadTools,
): Promise<LoadedEncoder> {
  const { id, graph, reading, files } = source;
  const tokenizer = reading.kind === 'text' ? await readTokenizer(source, reading, tools) : undefined;
  const bytes = await bytesOf(files, graph);
  checkBeside(source, bytes);
  const session = await tools.create(bytes, await besideOf(source), backend, `${id} (${graph})`);
  try {
    const inputs = valuesOf(session.inputMetadata);
    const output = outputName(valuesOf(session.outputMetadata), source.output, source.modality);
    const tokenize =
      tokenizer && tokenizeFor(tokenizer, reading as TextReading, fixedTokens(inputs, source.input));
    return {
      release: () => session.release(),
      async embed(input, signal) {
        const prepared = prepareFor(reading, input, tokenize);
        const tokens = prepared.kind === 'text' ? prepared.tokens : undefined;
        const rows: Float32Array[] = [];
        for (const feeds of feedsOf(inputs, prepared, source.input)) {
          throwIfAborted(signal);
          const found = await tools.run(session, feeds, output);
          rows.push(...rowsOf(found, output, tokens?.mask, prepared.kind === 'sound'));
        }
        return tokens?.note === undefined ? { rows } : { rows, note: tokens.note };
      },
    };
  } catch (error) {
    await session.release();
    throw error;
  }
}

/** One row, or of a sound whose windows ran at once one a window. */
function rowsOf(
  found: GraphOutput,
  name: string,
  mask: readonly number[] | undefined,
  isSound: boolean,
): Float32Array[] {
  const [windows = 1, dim = 0] = found.dims;
  if (!(isSound && found.dims.length === 2 && windows > 1)) return [vectorOf(found, name, mask)];
  const values = vectorOf({ dims: [windows * dim], data: found.data }, name);
  return Array.from({ length: windows }, (_, i) => values.slice(i * dim, (i + 1) * dim));
}

function valuesOf(metadata: Session['inputMetadata']): GraphValue[] {
  return metadata.map((value) =>
    value.isTensor
      ? { name: value.name, type: value.type, dims: value.shape }
      : { name: value.name, type: 'no tensor', dims: [] },
  );
}

/** @throws ModelError where it is not among the files. */
async function bytesOf(files: TowerSource['files'], path: string): Promise<Uint8Array<ArrayBuffer>> {
  const blob = files.get(path);
  if (!blob)
    throw new ModelError(`The file ${path} is missing. Fetch the model anew, or choose all its files.`);
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (error) {
    throw new ModelError(
      `${path} cannot be read (${messageOf(error)}): it may have been moved, or is too large for this device's memory.`,
    );
  }
}

/** A graph whose weights lie beside it is small. */
const MAX_BARE_BYTES = 50_000_000;

/**
 * Asks for the weights beside a graph before ONNX Runtime does: it takes a cut file for a reason to give up altogether.
 * @throws ModelError that names the file that is missing or cut
 */
function checkBeside({ graph, files }: TowerSource, bytes: Uint8Array): void {
  if (bytes.length > MAX_BARE_BYTES) return;
  const folder = graph.slice(0, graph.lastIndexOf('/') + 1);
  for (const [name, needed] of neededBeside(bytes)) {
    const path = folder + name;
    const size = files.get(path)?.size;
    if (size === undefined)
      throw new ModelError(
        `The weights of ${graph} lie in ${shown(path)}, which is missing. Fetch the model anew.`,
      );
    if (!(needed <= size))
      throw new ModelError(
        `${shown(path)} is cut: it has ${size} bytes and needs ${needed}. Fetch the model anew.`,
      );
  }
}

function neededBeside(bytes: Uint8Array): ReadonlyMap<string, number> {
  try {
    return readOnnx(bytes).beside;
  } catch {
    return new Map(); // ONNX Runtime has the last word on what it can read
  }
}

/** Weights beside the graph, under the names by which it calls them. */
async function besideOf({ graph, files }: TowerSource): Promise<BesideFile[]> {
  const folder = graph.slice(0, graph.lastIndexOf('/') + 1);
  const paths = [...files.keys()].filter(
    (path) => path !== graph && path.startsWith(folder) && !/\.(json|txt|onnx|md)$/.test(path),
  );
  return Promise.all(
    paths.map(async (path) => ({ path: path.slice(folder.length), data: await bytesOf(files, path) })),
  );
}

async function readTokenizer(
  source: TowerSource,
  reading: TextReading,
  tools: LoadTools,
): Promise<TextTokenizer> {
  const text = async (path: string) => new TextDecoder().decode(await bytesOf(source.files, path));
  const { tokenizer: path, tokenizerConfig } = reading;
  const json = await text(path);
  const config = tokenizerConfig === undefined ? undefined : await text(tokenizerConfig);
  try {
    const tokenizer = await tools.tokenizer(json, config);
    tokenizer.encode('a'); // what is wrong with it shows when it is used
    return tokenizer;
  } catch (error) {
    if (saysBroken(error)) throw error;
    throw new FormatError(
      `${path} of ${source.id} or ${tokenizerConfig ?? 'its settings'} is damaged or of a kind that is not known (${messageOf(error)}).`,
    );
  }
}

function tokenizeFor(tokenizer: TextTokenizer, reading: TextReading, fixed: number | undefined): Tokenize {
  const limits = { most: fixed ?? reading.most, pad: reading.pad || fixed !== undefined };
  return (text) => {
    try {
      return tokensOf(tokenizer, `${reading.prefix ?? ''}${text}`, limits);
    } catch (error) {
      if (error instanceof MediaError || error instanceof InputError) throw error;
      throw error instanceof LabError ? error : new ModelError(`The tokenizer failed: ${messageOf(error)}`);
    }
  };
}
