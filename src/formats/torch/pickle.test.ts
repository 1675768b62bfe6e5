import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { FormatError } from '../../base/errors.ts';
import { isReadOrRefused } from '../failure.testing.ts';
import { bytesOf, PK, type Piece } from './archive.testing.ts';
import { PyCall, PyDict, PyList, PyTuple, readPickle, type PyValue } from './pickle.ts';

vi.setConfig({ testTimeout: 120_000 });

const ALLOWED = {
  calls: new Set(['collections.OrderedDict', 'torch.make']),
  names: new Set(['torch.FloatStorage']),
};
const read = (...parts: Piece[]) => readPickle(bytesOf(PK.start, ...parts), ALLOWED);

test('values of each kind', () => {
  const cases: [Piece[], PyValue][] = [
    [['N.'], null],
    [[0x88, '.'], true],
    [[0x89, '.'], false],
    [['K', 200, '.'], 200],
    [['M', 0x34, 0x12, '.'], 0x1234],
    [['J', 0xfe, 0xff, 0xff, 0xff, '.'], -2],
    [[0x8a, 0, '.'], 0],
    [[0x8a, 1, 0xff, '.'], -1],
    [[0x8a, 5, 0, 0, 0, 0, 1, '.'], 2 ** 32],
    [['G', 0x3f, 0xf8, 0, 0, 0, 0, 0, 0, '.'], 1.5],
    [[PK.text('größe'), '.'], 'größe'],
    [[0x8c, 2, 'ab', '.'], 'ab'],
    [[').'], new PyTuple([])],
    [['NK', 1, 0x86, '.'], new PyTuple([null, 1])],
  ];
  for (const [parts, value] of cases) expect(read(...parts)).toEqual(value);
});

test('lists, dicts, memo, and calls that are noted', () => {
  const list = read(']q', 0, '(K', 1, 'K', 2, 'e', 'h', 0, 'a.');
  expect(list).toBeInstanceOf(PyList);
  const { items } = list as PyList;
  expect(items.slice(0, 2)).toEqual([1, 2]);
  expect(items[2]).toBe(list); // a list may hold itself: nothing walks into it
  const dict = read(
    PK.dict,
    '(',
    PK.text('__proto__'),
    'K',
    1,
    PK.text('b'),
    'N',
    'u}',
    PK.text('x'),
    'Nsb.',
  );
  expect(dict).toBeInstanceOf(PyDict);
  expect([...(dict as PyDict).entries]).toEqual([
    ['__proto__', 1],
    ['b', null],
  ]);
  expect(read('ctorch\nmake\n(K', 1, 'tR.')).toEqual(new PyCall('torch.make', [1]));
});

test.each<[string, Piece[]]>([
  ['os.system', ['cposix\nsystem\n(', PK.text('touch /tmp/owned'), 'tR.']],
  ['builtins.eval', ['cbuiltins\neval\n(', PK.text('1'), 'tR.']],
  ['a name from the stack', [PK.text('os'), PK.text('system'), 0x93, '.']],
  ['an allowed module with another name', ['ctorch\nload\n.']],
  ['a name that only looks allowed', ['ccollections.OrderedDict\n__init__\n.']],
  ['a call of a storage', ['ctorch\nFloatStorage\n)R.']],
  ['a call of what a call gave', ['ctorch\nmake\n)R)R.']],
  ['a call of a text', [PK.text('os.system'), ')R.']],
  ['an old-style instance', ['(ios\nsystem\n.']],
  ['an object', ['(ctorch\nmake\no.']],
  ['a new object', ['ctorch\nmake\n)', 0x81, '.']],
  ['an extension', [0x82, 1, '.']],
  ['a buffer', [0x97, '.']],
  ['attributes of a text', [PK.text('a'), '}b.']],
  ['an OrderedDict with arguments', ['ccollections\nOrderedDict\n(K', 1, 'tR.']],
])('%s is refused, and nothing runs', (_, parts) => {
  expect(() => read(...parts)).toThrow(FormatError);
});

test('the name that was asked for is told, cut and quoted', () => {
  expect(() => read('cposix\nsystem\n.')).toThrow(/asks for "posix.system".*Nothing in it was run/);
  expect(() => read(`c${'a'.repeat(10_000)}\nb\n.`)).toThrow(/^.{1,400}$/);
});

test.each<[string, Piece[]]>([
  ['an empty stack', ['0.']],
  ['a mark that is missing', ['t.']],
  ['values below a mark', ['K', 1, '(0.']],
  ['a memo that was never kept', ['h', 7, '.']],
  ['half a dict item', [PK.dict, '(K', 1, 'u.']],
  ['a dict as a key', [PK.dict, PK.dict, 'Ns.']],
  ['items set on a list', [']NNs.']],
  ['values appended to a dict', [PK.dict, 'Na.']],
  ['a text longer than the file', ['X', 0xff, 0xff, 0xff, 0x7f, 'a.']],
  ['an integer of 255 bytes', [0x8a, 255, Array<number>(255).fill(1), '.']],
  ['a protocol to come', [0x80, 9, '.']],
  ['no end', ['N']],
])('%s: a damaged pickle', (_, parts) => {
  expect(() => read(...parts)).toThrow(FormatError);
});

test('bombs stay small: doubling by the memo shares its parts, steps are counted', () => {
  // ((((...) x 2) x 2) ...): 2^5000 values if it were written out.
  const doubled = read(
    ')',
    ...Array.from({ length: 5000 }, () => ['q', 0, 'h', 0, 0x86] as const).flat(),
    '.',
  );
  expect((doubled as PyTuple).items.length).toBe(2);
  expect(() => read(']'.repeat(600_000))).toThrow(/more than 500000 steps/);
  expect(() => read('('.repeat(400_000), 't'.repeat(400_000), '.')).toThrow(FormatError);
  expect(() => readPickle(new Uint8Array(17 * 2 ** 20), ALLOWED)).toThrow(/far smaller/);
});

test('any bytes are read or refused: nothing else is thrown', () => {
  const opcodes = fc.constantFrom(
    ...'(t)]}eausRcQNKXqhJMGb012.\x80\x85\x86\x87\x88\x89\x8a\x8c\x93\x94\x95'.split(''),
  );
  const part = fc.oneof(
    opcodes.map((code) => code.charCodeAt(0)),
    fc.integer({ min: 0, max: 255 }),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 60 }), (bytes) => {
      expect(isReadOrRefused(() => readPickle(Uint8Array.from(bytes), ALLOWED))).toBe(true);
    }),
    { numRuns: 5000 },
  );
});
