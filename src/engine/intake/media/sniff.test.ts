import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kindOfType, sniffType, typedBlob } from './sniff.ts';

const latin1 = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../../../test/fixtures/media/${name}`, import.meta.url)));

test.each([
  ['tone-44k.mp3', 'audio/mpeg'],
  ['tone-44k.ogg', 'audio/ogg'],
  ['tone-44k.m4a', 'audio/mp4'],
  ['tone-44k.flac', 'audio/flac'],
  ['tone-48k.webm', 'video/webm'],
  ['halves.gif', 'image/gif'],
  ['halves.bmp', 'image/bmp'],
  ['halves.webp', 'image/webp'],
  ['halves.avif', 'image/avif'],
])('%s is %s by its bytes', (name, type) => {
  expect(sniffType(fixture(name))).toBe(type);
});

test.each([
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['\xff\xd8\xff\xe1', 'image/jpeg'],
  ['RIFF\x24\0\0\0WAVEfmt ', 'audio/wav'],
  ['RIFF\x24\0\0\0AVI LIST', 'video/x-msvideo'],
  ['\xff\xfb\x90\x64', 'audio/mpeg'],
  ['\xff\xf1\x50\x80', 'audio/aac'],
  ['\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'image/heic'],
  ['\0\0\0\x1cftypmif1\0\0\0\0mif1avif', 'image/avif'],
  ['\0\0\0\x14ftypqt  \0\0\0\0qt  ', 'video/quicktime'],
  ['\0\0\0\x14ftypisom\0\0\0\0mp42', 'video/mp4'],
  ['OggS\0\x02\0\0\x80theora', 'video/ogg'],
  ['FORM\0\0\0\0AIFF', 'audio/aiff'],
  ['%PDF-1.7', 'application/pdf'],
  ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'image/svg+xml'],
  [
    '\xef\xbb\xbf<?xml version="1.0"?>\n<!-- a <b> -->\n<!DOCTYPE svg PUBLIC "x">\n<svg:svg>',
    'image/svg+xml',
  ],
  ['\xff\xfe<\0s\0v\0g\0>\0', 'image/svg+xml'],
  ['<html><svg></svg></html>', undefined],
  ['BM, a note on files', undefined],
  ['\xff\xff\xff\xff', undefined],
  ['', undefined],
])('first bytes %j are %s', (head, type) => {
  expect(sniffType(latin1(head))).toBe(type);
});

test('any bytes are some type or none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (head) => {
      const type = sniffType(head);
      expect(type === undefined || /^\w+\/[\w.+-]+$/.test(type)).toBe(true);
    }),
  );
});

test('bytes stand above names, and names above nothing; the same box is by its name', async () => {
  const typed = async (path: string, bytes: Uint8Array) => {
    const file = await typedBlob(path, new Blob([bytes as Uint8Array<ArrayBuffer>]));
    expect(file.size).toBe(bytes.length);
    return [file.name, file.type];
  };
  expect(await typed('x/wrong.png', fixture('halves.webp'))).toEqual(['wrong.png', 'image/webp']);
  expect(await typed('x/none', fixture('tone-44k.flac'))).toEqual(['none', 'audio/flac']);
  expect(await typed('raw.wav', latin1('????'))).toEqual(['raw.wav', 'audio/wav']);
  expect(await typed('what', latin1('????'))).toEqual(['what', '']);
  expect(await typed('sound.weba', fixture('tone-48k.webm'))).toEqual(['sound.weba', 'audio/webm']);
});

test('what browsers cannot read is neither picture nor sound', () => {
  expect(['image/png', 'image/svg+xml', 'image/heic', 'image/tiff'].map(kindOfType)).toEqual([
    'image',
    'image',
    'other',
    'other',
  ]);
  expect(
    ['audio/mpeg', 'video/webm', 'video/quicktime', 'audio/aiff', 'application/zip'].map(kindOfType),
  ).toEqual(['audio', 'audio', 'other', 'other', 'other']);
});
