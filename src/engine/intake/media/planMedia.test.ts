import { expect, test } from 'vitest';
import { planMedia } from './planMedia.ts';
import { filesOf, planOf, shortly } from './planMedia.testing.ts';

test.each([
  ['in one folder', ['dog.png', 'dog.ogg', 'dog.txt', 'cat.jpg', 'cat.wav']],
  [
    'in parallel folders',
    ['images/dog.png', 'audio/dog.ogg', 'text/dog.txt', 'images/cat.jpg', 'audio/cat.wav'],
  ],
  [
    'in parallel folders of a zip',
    [
      'x.zip/images/dog.png',
      'x.zip/audio/dog.ogg',
      'x.zip/text/dog.txt',
      'x.zip/images/cat.jpg',
      'x.zip/audio/cat.wav',
    ],
  ],
  [
    'in two zips',
    [
      'images.zip/dog.png',
      'audio.zip/dog.ogg',
      'images.zip/dog.txt',
      'images.zip/cat.jpg',
      'audio.zip/cat.wav',
    ],
  ],
  [
    'in parallel folders of any name',
    ['foto/dog.png', 'ton/dog.ogg', 'wort/dog.txt', 'foto/cat.jpg', 'ton/cat.wav'],
  ],
])('stems pair files %s', async (_, paths) => {
  const plan = await planOf(
    Object.fromEntries(paths.map((path) => [path, path.endsWith('.txt') ? 'a dog barks\n' : 9])),
  );
  expect(plan).toMatchObject({ convention: 'stems', nPaired: 2, notes: [] });
  expect(shortly(plan)).toEqual([
    'dog | image | a dog barks',
    'dog | audio | a dog barks',
    'dog | text | a dog barks',
    'cat | image | cat',
    'cat | audio | cat',
  ]);
  expect(plan.items.every(({ label }) => label === undefined)).toBe(true);
});

test('a picture without a caption has its stem made readable, and no text', async () => {
  const plan = await planOf({ 'church_bell-03.png': 9, 'RedFox.wav': 9 });
  expect(plan.convention).toBe('single files');
  expect(shortly(plan)).toEqual(['church_bell-03 | image | church bell 03', 'RedFox | audio | Red Fox']);
});

test('folders of classes are labels; groups are the files; numbers that sort go, stems that say nothing get the class', async () => {
  const plan = await planOf({
    'ESC-10/001 - Dog bark/1-30226-A.ogg': 9,
    'ESC-10/001 - Dog bark/1-30344-A.ogg': 9,
    'ESC-10/002 - Rain/1-17367-A.ogg': 9,
  });
  expect(plan.convention).toBe('folders of classes');
  expect(plan.items.map(({ label, group, caption }) => [label, group, caption])).toEqual([
    ['Dog bark', '001 - Dog bark/1-30226-A', 'Dog bark (1 30226 A)'],
    ['Dog bark', '001 - Dog bark/1-30344-A', 'Dog bark (1 30344 A)'],
    ['Rain', '002 - Rain/1-17367-A', 'Rain (1 17367 A)'],
  ]);
  const few = await planOf({ 'dog/1.wav': 9, 'cat/2.wav': 9 });
  expect(few.items.map(({ label }) => label)).toEqual(['dog', 'cat']);
  const one = await planOf({ 'dog/1.wav': 9, 'dog/2.wav': 9 });
  expect(one.convention).toBe('single files');
});

test('the same stem in two folders of classes is two things; a picture and a sound of one class and stem are one', async () => {
  const plan = await planOf({ 'dog/1.png': 9, 'dog/1.wav': 9, 'cat/1.png': 9, 'cat/1.wav': 9 });
  expect(plan).toMatchObject({ convention: 'stems', nPaired: 2 });
  expect(new Set(plan.items.map(({ group }) => group))).toEqual(new Set(['dog/1', 'cat/1']));
  expect(plan.items[0]!.label).toBe('dog');
});

test('stems that several files of a modality share pair nothing across folders', async () => {
  const plan = await planOf({ 'a/1.png': 9, 'b/1.png': 9, 'ton/1.wav': 9 });
  expect(plan.nPaired).toBe(0);
  expect(new Set(plan.items.map(({ group }) => group)).size).toBe(3);
});

test('names in tables are found whatever their case, unless case is all that tells files apart', async () => {
  const table = 'file_name,text\nDOG.PNG,one\ncat.png,two\nCAT.png,three\n';
  const plan = await planOf({ 'metadata.csv': table, 'dog.png': 9, 'cat.png': 9, 'CAT.png': 9 });
  expect(
    plan.items.filter(({ modality }) => modality !== 'text').map(({ path, caption }) => [path, caption]),
  ).toEqual([
    ['dog.png', 'one'],
    ['cat.png', 'two'],
    ['CAT.png', 'three'],
  ]);
});

test('metadata.csv: relative names, quotes, labels; rows without a file and files without a row are said', async () => {
  const plan = await planOf({
    'set/metadata.csv':
      '\ufefffile_name,text,label\r\nimages/a.png,"a ""big"", red\r\nthing",toy\r\nb.wav,<b>a bell</b>,bell\r\ngone.png,gone,x\r\n',
    'set/images/a.png': 9,
    'set/b.wav': 9,
    'set/c.png': 9,
  });
  expect(plan.convention).toBe('metadata.csv');
  expect(shortly(plan)).toEqual([
    'a | image | a "big", red thing',
    'a | text | a "big", red thing',
    'b | audio | <b>a bell</b>',
    'b | text | <b>a bell</b>',
    'c | image | c',
  ]);
  expect(plan.items.map(({ label }) => label)).toEqual(['toy', 'toy', 'bell', 'bell', undefined]);
  expect(plan.items[3]!.path).toBe('set/metadata.csv:4');
  expect(plan.notes).toEqual([
    '1 row of set/metadata.csv names no file that is here ("gone.png").',
    '1 picture or sound has no row in set/metadata.csv.',
  ]);
});

test.each([
  ['semicolons', 'file_name;caption\na.png;one, two\n'],
  ['tabs', 'file_name\tcaption\na.png\tone, two\n'],
  ['transcriptions', 'file_name,transcription\na.png,"one, two"\n'],
  ['ESC-50', 'filename,fold,target,sentence\na.png,1,0,"one, two"\n'],
])('tables with %s are read', async (_, text) => {
  expect(shortly(await planOf({ 'metadata.csv': text, 'a.png': 9 }))).toContain('a | text | one, two');
});

test('metadata.jsonl: lists of captions, numbers as labels; lines that are no JSON are said', async () => {
  const plan = await planOf({
    'metadata.jsonl':
      '{"file_name": "a.png", "text": ["one", "two"], "label": 3}\n{broken\n[1]\n{"__proto__": 1, "file_name": "b.png", "text": "b"}\n',
    'a.png': 9,
    'b.png': 9,
  });
  expect(plan).toMatchObject({
    convention: 'metadata.jsonl',
    nPaired: 2,
    notes: ['metadata.jsonl: 1 lines are no JSON.'],
  });
  expect(shortly(plan)).toEqual([
    'a | image | one',
    'a | text | one',
    'a | text | two',
    'b | image | b',
    'b | text | b',
  ]);
  expect(plan.items[0]!.label).toBe('3');
});

test("COCO's captions are read, and JSON of another kind is left out", async () => {
  const coco = {
    images: [{ id: 7, file_name: '0007.jpg' }],
    annotations: [{ image_id: 7, caption: 'A bus.' }],
  };
  const { plan, leftOut } = await planMedia(
    filesOf({ 'captions_val.json': JSON.stringify(coco), 'val/0007.jpg': 9, 'config.json': '{"a": 1}' }),
  );
  expect(shortly(plan!)).toEqual(['0007 | image | A bus.', '0007 | text | A bus.']);
  expect(leftOut).toEqual([{ path: 'config.json', reason: expect.stringContaining('names none') as string }]);
});

test('columns pair a picture with a sound, and a group with all its rows', async () => {
  const two = await planOf({
    'metadata.csv': 'image,audio,caption\nx.png,y.wav,both\n',
    'x.png': 9,
    'y.wav': 9,
  });
  expect(shortly(two)).toEqual(['x | image | both', 'x | audio | both', 'x | text | both']);
  const rows = await planOf({
    'metadata.csv': 'file_name,group\nx.png,one\ny.wav,one\nz.wav,two\n',
    'x.png': 9,
    'y.wav': 9,
    'z.wav': 9,
  });
  expect(rows.nPaired).toBe(1);
  expect(rows.items.map(({ group }) => group)).toEqual(['x', 'x', 'z']);
});

test.each([
  ['Flickr8k', 'image,caption\na.jpg,"A man , a dog"\na.jpg,A second one .\nb.jpg,Rain .\n'],
  ['Flickr8k.token', 'a.jpg#0\tA man , a dog\na.jpg#1\tA second one .\nb.jpg#0\tRain .\n'],
  [
    'Flickr30k',
    'image_name| comment_number| comment\na.jpg| 0| A man , a dog\na.jpg| 1| A second one .\nb.jpg| 0| Rain .\n',
  ],
  ['bars', 'a.jpg|A man , a dog\na.jpg|A second one .\nb.jpg|Rain .'],
  ['commas', 'a.jpg,A man , a dog\na.jpg,A second one .\nb.jpg,Rain .'],
  ['colons', 'a: A man , a dog\na: A second one .\nb: Rain .'],
])('captions.txt in the way of %s: several captions a picture', async (_, text) => {
  const plan = await planOf({ 'captions.txt': text, 'Images/a.jpg': 9, 'Images/b.jpg': 9 });
  expect(plan).toMatchObject({
    convention: expect.stringMatching(/captions|metadata/) as string,
    nPaired: 2,
    notes: [],
  });
  expect(shortly(plan)).toEqual([
    'a | image | A man , a dog',
    'a | text | A man , a dog',
    'a | text | A second one .',
    'b | image | Rain .',
    'b | text | Rain .',
  ]);
});

test('splits by folder and by column are kept: test is test, the others choose; one split alone is none', async () => {
  const folders = await planOf({ 'train/cat/1.png': 9, 'test/cat/1.png': 9, 'validation/dog/1.png': 9 });
  expect(folders.items.map(({ half }) => half)).toEqual(['validation', 'test', 'validation']);
  expect(new Set(folders.items.map(({ group }) => group)).size).toBe(3);
  expect(folders.items.map(({ label }) => label)).toEqual(['cat', 'cat', 'dog']);
  const column = await planOf({
    'metadata.csv': 'file_name,split\na.png,train\nb.png,test\n',
    'a.png': 9,
    'b.png': 9,
  });
  expect(column.items.map(({ half }) => half)).toEqual(['validation', 'test']);
  const alone = await planOf({ 'train/a.png': 9, 'train/b.png': 9 });
  expect(alone.items.map(({ half }) => half)).toEqual([undefined, undefined]);
});
