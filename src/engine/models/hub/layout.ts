/** File names of encoders in the layout of transformers.js: towers in onnx/, one graph a precision. */
import type { Modality } from '../../../base/modality.ts';
import type { Precision } from '../types.ts';

/** What a graph's name ends in, by precision; of several, the first that is there. */
export const SUFFIXES: Readonly<Record<Precision, readonly string[]>> = {
  fp32: [''],
  fp16: ['_fp16'],
  int8: ['_quantized', '_int8', '_uint8'],
  '4-bit': ['_q4', '_q4f16', '_bnb4'],
};

export const PRECISIONS = Object.keys(SUFFIXES) as readonly Precision[];

/** A tower's graph, without folder. */
export const TOWER_NAMES: Readonly<Record<Modality, string>> = {
  text: 'text_model',
  image: 'vision_model',
  audio: 'audio_model',
};

/** All towers in one graph, or the only one. */
export const WHOLE_NAME = 'model';

/** Where graphs lie; of several folders, the first that has one. */
export const FOLDERS: readonly string[] = ['onnx/', ''];

/** Beside the graphs; those that are there are fetched. */
export const PLAIN_FILES: readonly string[] = [
  'config.json',
  'preprocessor_config.json',
  'processor_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
];

/** All names that graphs may have. */
export const GRAPH_NAMES: readonly string[] = [...Object.values(TOWER_NAMES), WHOLE_NAME].flatMap((name) =>
  Object.values(SUFFIXES).flatMap((suffixes) => suffixes.map((suffix) => `onnx/${name}${suffix}.onnx`)),
);

/** Whether a file holds weights of a graph ("model.onnx_data", "model.onnx_data_1", "model.onnx.data"). */
export function isDataOf(path: string, graph: string): boolean {
  return path.startsWith(graph) && /^(?:_data(?:_\d+)?|\.data)$/.test(path.slice(graph.length));
}
