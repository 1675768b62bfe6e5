import { expect, test } from 'vitest';
import { ModelError } from '../../../base/errors.ts';
import { feedsOf, fixedTokens, outputName, vectorOf, type GraphValue } from './feeds.ts';
import type { Prepared } from './prepare.ts';

const value = (name: string, type: string, ...dims: (number | string)[]): GraphValue => ({
  name,
  type,
  dims,
});
const TEXT: Prepared = { kind: 'text', tokens: { ids: [5, 6, 1], mask: [1, 1, 0] } };
const PIXELS: Prepared = {
  kind: 'pixels',
  layout: 'NCHW',
  width: 2,
  height: 1,
  data: Float32Array.of(0, 1, 2, 3, 4, 5),
};

test('texts come as ids of the graph’s type, with mask, types and places where they are asked for', () => {
  const [feeds] = feedsOf(
    [
      value('input_ids', 'int32', 1, 'n'),
      value('attention_mask', 'int64', 1, 'n'),
      value('token_type_ids', 'int64', 1, 'n'),
      value('position_ids', 'int64', 1, 'n'),
    ],
    TEXT,
  );
  expect(feeds).toEqual({
    input_ids: { type: 'int32', data: Int32Array.of(5, 6, 1), dims: [1, 3] },
    attention_mask: { type: 'int64', data: BigInt64Array.of(1n, 1n, 0n), dims: [1, 3] },
    token_type_ids: { type: 'int64', data: BigInt64Array.of(0n, 0n, 0n), dims: [1, 3] },
    position_ids: { type: 'int64', data: BigInt64Array.of(0n, 1n, 2n), dims: [1, 3] },
  });
  expect(() => feedsOf([value('input_ids', 'int64', 1, 77)], TEXT)).toThrow(/77 tokens; 3 were made/);
});

test('all towers in one graph: what is not needed gets zeros of the smallest size', () => {
  const graph = [
    value('input_ids', 'int64', 'batch', 'n'),
    value('pixel_values', 'float32', 'batch', 3, 'h', 'w'),
    value('attention_mask', 'int64', 'batch', 'n'),
    value('is_longer', 'bool', 'batch', 1),
  ];
  const [text] = feedsOf(graph, TEXT);
  expect(text!.pixel_values).toMatchObject({ dims: [1, 3, 224, 224] });
  expect(text!.is_longer).toEqual({ type: 'bool', data: Uint8Array.of(0), dims: [1, 1] });
  const [image] = feedsOf(graph, PIXELS);
  expect(image!.pixel_values!.dims).toEqual([1, 3, 1, 2]);
  expect(image!.attention_mask!.data).toEqual(BigInt64Array.of(1n, 1n, 1n, 1n));
});

test('pixels become halves or bytes where the graph wants them; a size that does not fit is told', () => {
  const feed = (type: string) => feedsOf([value('x', type, 1, 3, 1, 2)], PIXELS)[0]!.x!;
  expect(feed('float16').data).toEqual(Uint16Array.of(0, 0x3c00, 0x4000, 0x4200, 0x4400, 0x4500));
  expect(feed('uint8').data).toEqual(Uint8Array.of(0, 1, 2, 3, 4, 5));
  expect(() => feed('string')).toThrow(ModelError);
  expect(() => feedsOf([value('x', 'float32', 1, 3, 224, 224)], PIXELS)).toThrow(
    /\[1, 3, 224, 224\].*\[1, 3, 1, 2\]/,
  );
});

test('sounds: a run a window, with as many axes as the graph has; ImageBind’s clips in one run', () => {
  const windows = [Float32Array.of(1, 2), Float32Array.of(3, 4)];
  const wave: Prepared = { kind: 'sound', shape: [2], windows };
  const dims = (graph: GraphValue, prepared: Prepared = wave) =>
    feedsOf([graph], prepared).map((feeds) => feeds.x!.dims);
  expect(dims(value('x', 'float32', 'n'))).toEqual([[2], [2]]);
  expect(dims(value('x', 'float32', 1, 'n'))).toEqual([
    [1, 2],
    [1, 2],
  ]);
  expect(dims(value('x', 'float32', 1, 1, 'n'))).toEqual([
    [1, 1, 2],
    [1, 1, 2],
  ]);
  const mel: Prepared = { kind: 'sound', shape: [1, 1, 2], windows };
  expect(dims(value('x', 'float32', 1, 1, 1, 2), mel)).toEqual([
    [1, 1, 1, 2],
    [1, 1, 1, 2],
  ]);
  expect(dims(value('x', 'float32', 1, 'clips', 1, 1, 2), mel)).toEqual([[1, 2, 1, 1, 2]]);
});

test('an input that is not there is told with those that are', () => {
  expect(() => feedsOf([value('a', 'float32', 1), value('b', 'float32', 1)], PIXELS)).toThrow(
    /a \[1\], b \[1\]/,
  );
  expect(() => feedsOf([value('a', 'float32', 1)], PIXELS, 'pixel')).toThrow(/no input "pixel"/);
  expect(fixedTokens([value('input_ids', 'int64', 1, 77)])).toBe(77);
  expect(fixedTokens([value('input_ids', 'int64', 1, 'n')])).toBeUndefined();
});

test('the output: by name, by custom, or the only one', () => {
  const outputs = (...names: string[]) => names.map((name) => ({ name }));
  expect(outputName(outputs('last_hidden_state', 'pooler_output'), 'image_embeds', 'image')).toBe(
    'pooler_output',
  );
  expect(outputName(outputs('text_embeds', 'image_embeds'), 'image_embeds', 'image')).toBe('image_embeds');
  expect(outputName(outputs('out'), 'image_embeds', 'image')).toBe('out');
  expect(() => outputName(outputs('a', 'b'), 'c', 'text')).toThrow(/gives a, b/);
});

test('vectors: halves are read, places averaged over those that count, other shapes refused', () => {
  expect(vectorOf({ dims: [1, 2], data: Uint16Array.of(0x3c00, 0x4000) }, 'x')).toEqual(
    Float32Array.of(1, 2),
  );
  const places = { dims: [1, 3, 2], data: Float32Array.of(1, 2, 3, 4, 100, 100) };
  expect(vectorOf(places, 'x', [1, 1, 0])).toEqual(Float32Array.of(2, 3));
  expect(() => vectorOf({ dims: [1, 2, 2, 2], data: new Float32Array(8) }, 'x')).toThrow(/no vector/);
  expect(() => vectorOf({ dims: [1], data: BigInt64Array.of(1n) }, 'x')).toThrow(/no floats/);
});
