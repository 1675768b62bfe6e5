import { expect, test } from 'vitest';
import { toneWav } from './ownEncoders.testing.ts';
import { soundRateOf } from './soundHeader.ts';

const bytesOf = (...parts: (string | number[])[]) =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === 'string' ? part.split('').map((c) => c.charCodeAt(0)) : part)),
  );

test('the rate that a file states is found', async () => {
  const wav = new Uint8Array(await toneWav(440, 0.01, 22_050).arrayBuffer());
  expect(soundRateOf(wav)).toBe(22_050);
  // A list before the format, of odd length.
  const list = bytesOf('RIFF', [0, 0, 0, 0], 'WAVE', 'LIST', [3, 0, 0, 0], 'abc', [0]);
  expect(soundRateOf(Uint8Array.from([...list, ...wav.subarray(12)]))).toBe(22_050);
  // 96,000 Hz are 0x17700 in 20 bits.
  expect(soundRateOf(bytesOf('fLaC', Array<number>(14).fill(0), [0x17, 0x70, 0x02]))).toBe(96_000);
  expect(
    soundRateOf(bytesOf('OggS', Array<number>(24).fill(0), [1], 'vorbis', [0, 0, 0, 0, 2, 0x44, 0xac, 0, 0])),
  ).toBe(44_100);
  expect(soundRateOf(bytesOf('OggS', Array<number>(24).fill(0), 'OpusHead'))).toBe(48_000);
  expect(soundRateOf(bytesOf([0xff, 0xfb, 0x90, 0]))).toBe(44_100);
  expect(soundRateOf(bytesOf('ID3', [3, 0, 0, 0, 0, 0, 2], [0, 0], [0xff, 0xf3, 0x94, 0]))).toBe(24_000);
});

test('others, cut and absurd ones say nothing', async () => {
  const wav = new Uint8Array(await toneWav(440, 0.01, 22_050).arrayBuffer());
  for (let cut = 0; cut < 28; cut++) expect(soundRateOf(wav.subarray(0, cut))).toBeUndefined();
  for (const part of ['', 'fLaC', 'OggS', 'ID3', 'RIFF0000WAVE', 'hello'])
    expect(soundRateOf(bytesOf(part))).toBeUndefined();
  expect(soundRateOf(bytesOf([0xff, 0xff, 0xff]))).toBeUndefined();
  const absurd = wav.slice();
  new DataView(absurd.buffer).setUint32(24, 4e9, true);
  expect(soundRateOf(absurd)).toBeUndefined();
});
