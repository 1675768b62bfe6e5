import { zipSync } from 'fflate';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { AbortedError } from '../../../base/errors.ts';
import { openFiles } from '../openFiles.ts';
import { collectMedia, drawnHalf, itemsOf } from './collect.ts';
import { planMedia, planOpenFiles, type MediaFile } from './planMedia.ts';
import { filesOf, planOf, shortly } from './planMedia.testing.ts';

vi.setConfig({ testTimeout: 60_000 });

test('texts in other encodings are read, and said; control characters and directions go; what is too long is cut at a word', async () => {
  const utf16 = Uint8Array.of(0xff, 0xfe, 0x42, 0, 0xe4, 0, 0x72, 0);
  const plan = await planOf({
    'a.png': 9,
    'a.txt': Uint8Array.from([0x42, 0xe4, 0x72]),
    'b.png': 9,
    'b.txt': utf16,
    'c.png': 9,
    'c.txt': 'tw\u202eo\u0007\twords\r\rtwo words',
    'd.png': 9,
    'd.txt': 'word '.repeat(100),
    'e.png': 9,
    'e.txt': Uint8Array.from([0xef, 0xbb, 0xbf, 0x42]),
  });
  const texts = plan.items.filter(({ modality }) => modality === 'text');
  expect(texts.map(({ caption }) => caption)).toEqual([
    'Bär',
    'Bär',
    'two words',
    'word '.repeat(60).trim(),
    'B',
  ]);
  expect(plan.notes).toEqual([
    '1 text is no UTF-8 and was read as Latin-1 (a.txt).',
    '1 text is no UTF-8 and was read as UTF-16 (b.txt).',
    '1 caption is longer than the 300 characters that encoders take: the start of each is kept.',
  ]);
});

test('texts without a picture or sound stay where texts are, and are said; elsewhere they are left out', async () => {
  const { plan, leftOut } = await planMedia(
    filesOf({
      'images/dog.png': 9,
      'text/dog.txt': 'a dog',
      'text/rain.txt': 'rain\nfalls',
      'todo.txt': 'buy milk',
    }),
  );
  expect(shortly(plan!)).toEqual([
    'dog | image | a dog',
    'dog | text | a dog',
    'rain | text | rain',
    'rain | text | falls',
  ]);
  expect(plan!.notes).toEqual(['1 text has no picture or sound.']);
  expect(plan!.items[3]!.path).toBe('text/rain.txt:2');
  expect(leftOut).toEqual([{ path: 'todo.txt', reason: 'No picture or sound goes by its name.' }]);
});

test('a quotation mark that is never closed is said, and costs no more than its table', async () => {
  const rows = Array.from(
    { length: 30_000 },
    (_, i) => `${i}.png,${i === 9 ? '"' : ''}caption ${i} of a picture that is somewhere`,
  );
  const files: Record<string, string | number> = { 'metadata.csv': `file_name,text\n${rows.join('\n')}` };
  for (let i = 0; i < 30_000; i++) files[`${i}.png`] = 9;
  const plan = await planOf(files);
  expect(plan.notes[0]).toContain('never closed');
  const texts = plan.items.filter(({ modality }) => modality === 'text');
  expect(texts.length).toBeGreaterThan(1000);
  expect(texts.every(({ caption }) => caption.length <= 300)).toBe(true);
});

test('beyond 100,000 texts each picture keeps its first caption', async () => {
  const rows = Array.from({ length: 120_000 }, (_, i) => `${i % 30_000}.png,caption ${i}`);
  const files: Record<string, string | number> = { 'metadata.csv': `file_name,text\n${rows.join('\n')}` };
  for (let i = 0; i < 30_000; i++) files[`${i}.png`] = 9;
  const { items, notes, nPaired } = await planOf(files);
  expect(nPaired).toBe(30_000);
  const nTexts = items.filter(({ modality }) => modality === 'text').length;
  expect(nTexts).toBeGreaterThan(100_000);
  expect(nTexts).toBeLessThan(106_000);
  expect(notes).toEqual([expect.stringMatching(/^Of 1\d{4} more captions than the 100000/)]);
});

test('markup and scripts in names and captions stay text', async () => {
  const script = '<script>alert(1)</script><img src=x onerror=alert(2)>';
  const plan = await planOf({ 'a.png': 9, 'a.txt': script, '<img src=x onerror=alert(3)>.png': 9 });
  expect(plan.items.map(({ caption }) => caption)).toEqual([script, script, '<img src=x onerror=alert(3)>']);
});

test('what cannot be used is left out with the reason; hidden files are counted', async () => {
  const { plan, leftOut, taken, hidden } = await planMedia([
    ...filesOf({
      'a.png': 9,
      'empty.png': 0,
      'photo.HEIC': 9,
      'huge.wav': 41_000_000,
      'README.txt': 'about',
      'notes.txt': 'nothing of a picture',
      'run.exe': 9,
      'model.onnx': 9,
      'other.csv': 'x,y\n1,2\n',
      'b.txt': 'zero\0byte',
      '.DS_Store': 9,
      '__MACOSX/._a.png': 9,
      'x/Thumbs.db': 9,
      './a.png': 9,
    }),
    { path: 'gone.txt', bytes: 4, text: () => Promise.reject(new Error('It moved.')) },
    { path: 'IMG_1', bytes: 4, head: Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0xd, 0xa, 0x1a, 0xa) },
    { path: 'report.png', bytes: 4, head: new TextEncoder().encode('%PDF-1.7') },
  ]);
  expect(plan!.items.map(({ path }) => path)).toEqual(['a.png', 'IMG_1']);
  expect(taken).toEqual(['a.png', 'IMG_1']);
  expect(hidden).toBe(3);
  const reasons = Object.fromEntries(leftOut.map(({ path, reason }) => [path, reason]));
  expect(Object.keys(reasons).sort()).toEqual(
    [
      './a.png',
      'README.txt',
      'b.txt',
      'empty.png',
      'gone.txt',
      'huge.wav',
      'model.onnx',
      'notes.txt',
      'other.csv',
      'photo.HEIC',
      'report.png',
      'run.exe',
    ].sort(),
  );
  expect(reasons['photo.HEIC']).toContain('PNG or JPEG');
  expect(reasons['huge.wav']).toContain('41 MB; at most 40 MB');
  expect(reasons['gone.txt']).toBe('It moved.');
});

test('without a picture or sound there is no plan, and texts say why', async () => {
  const { plan, leftOut, taken } = await planMedia(filesOf({ 'a.txt': 'a', 'm.csv': 'file_name\na.png' }));
  expect([plan, taken]).toEqual([undefined, []]);
  expect(leftOut).toHaveLength(2);
});

test('an aborted request throws', async () => {
  const reading: MediaFile[] = [
    { path: 'a.png', bytes: 9 },
    { path: 'a.txt', bytes: 9, text: () => Promise.reject(new AbortedError()) },
  ];
  await expect(planMedia(reading)).rejects.toBeInstanceOf(AbortedError);
  await expect(planMedia(reading, { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(AbortedError);
});

const part = fc.constantFrom(
  'images',
  'audio',
  'text',
  'train',
  'test',
  'dog',
  'cat',
  '..',
  '.',
  '',
  'é',
  'e\u0301',
  'C:',
  '__proto__',
  '.hid',
  'a\\b',
  '\u0000',
);
const ending = fc.constantFrom('.png', '.WAV', '.txt', '.csv', '.jsonl', '.json', '.exe', '', '.', '.zip');
const pathOf = fc
  .tuple(fc.array(part, { maxLength: 3 }), part, ending)
  .map(([folders, stem, end]) => [...folders, stem + end].join('/'));
const content = fc.oneof(
  fc.string(),
  fc.uint8Array(),
  fc
    .array(fc.tuple(pathOf, fc.constantFrom(',', '\t', '|', ': '), fc.string()))
    .map((rows) => rows.map((row) => row.join('')).join('\n')),
  fc
    .array(pathOf)
    .map((rows) => ['file_name,text,label,split,group', ...rows.map((row) => `${row},"x`)].join('\r\n')),
  fc.array(fc.json()).map((rows) => rows.join('\n')),
);

test('whatever is dropped, nothing is thrown, and no file is lost', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(pathOf, content, fc.boolean()), { maxLength: 25 }), async (listed) => {
      const files = listed.map(([path, text, isBroken]): MediaFile => ({
        path,
        bytes: text.length,
        text: () => (isBroken ? Promise.reject(new Error('broken')) : Promise.resolve(text)),
      }));
      const { plan, leftOut, taken, hidden } = await planMedia(files);
      const told = [...taken, ...leftOut.map(({ path }) => path)].sort();
      expect(told.length + hidden).toBe(files.length);
      const given = files.map(({ path }) => path);
      for (const path of told) expect(given.splice(given.indexOf(path), 1)).toEqual([path]);
      expect(leftOut.every(({ reason }) => reason.endsWith('.') || reason === 'broken')).toBe(true);
      const { items, paths } = itemsOf(plan ?? { items: [] });
      const ids = [...items.text, ...items.image, ...items.audio].map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.length).toBe(plan?.items.length ?? 0);
      expect(new Set(paths.values()).size).toBe(paths.size);
      for (const item of plan?.items ?? []) expect(item.caption.length).toBeLessThanOrEqual(300);
    }),
    { numRuns: 500 },
  );
});

test('ids are unique even where stems look like numbered ones; halves are stable and even', () => {
  const { items } = itemsOf({
    items: ['a/dog.png', 'b/dog.png', 'dog:2.png', 'c/dog.png'].map((path) => ({
      path,
      modality: 'image',
      caption: '',
      group: path,
      bytes: 1,
    })),
  });
  expect(items.image.map(({ id }) => id)).toEqual([
    'image:dog',
    'image:dog:2',
    'image:dog:2:2',
    'image:dog:3',
  ]);
  const halves = Array.from({ length: 2000 }, (_, i) => drawnHalf(`group ${i}`));
  const nTest = halves.filter((half) => half === 'test').length;
  expect(Math.abs(nTest - 1000)).toBeLessThan(100); // 4.5 standard deviations
  expect(['dog', 'cat', 'x/1', 'x/2', 'x/3'].map(drawnHalf)).toEqual([
    'test',
    'validation',
    'test',
    'test',
    'test',
  ]);
});

test('a file of a zip that is damaged is left out when media are collected; the others are kept, with their types', async () => {
  const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 1, 2, 3);
  const zip = zipSync({ 'a.png': png, 'b.png': png, 'a.txt': new TextEncoder().encode('a') }, { level: 0 });
  zip[Buffer.from(zip).lastIndexOf(png) + 9]! ^= 1; // the second picture
  const { files } = await openFiles([{ path: 'z.zip', bytes: new Blob([zip as Uint8Array<ArrayBuffer>]) }]);
  const { plan } = await planOpenFiles(files);
  const told: number[] = [];
  const { collection, leftOut } = await collectMedia('Z', plan!, files, {
    onProgress: (done) => told.push(done),
  });
  expect(leftOut).toEqual([{ path: 'z.zip/b.png', reason: expect.stringContaining('checksum') as string }]);
  expect(collection.items.image.map(({ id }) => id)).toEqual(['image:a']);
  expect(collection.items.text.map(({ id }) => id)).toEqual(['text:a']);
  expect(collection.media.get('image:a')?.type).toBe('image/png');
  expect(told).toEqual([0, 2]);
  await expect(collectMedia('Z', plan!, files, { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(
    AbortedError,
  );
});
