import { MantineProvider } from '@mantine/core';
import { createElement } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { InputError } from '../../../base/errors.ts';
import { until } from '../../../base/until.testing.ts';
import type { ExportFormat, ImportReport, NamedFile } from '../../../engine/exchange/types.ts';
import { createDeferred } from '../../../engine/workers/deferred.ts';
import type { OwnEnsemble } from '../../../engine/training/types.ts';
import { createFakeEngine, type FakeEngine } from '../../../state/fakeEngine.testing.ts';
import { createLabStore, defaultSettings, findItem, type LabStore } from '../../../state/store.ts';
import { droppedFiles } from '../../shared/droppedFiles.ts';
import { LabProvider } from '../../shared/LabContext.tsx';
import FilesBench from './FilesBench.tsx';

let root: Root;
let host: HTMLElement;
let engine: FakeEngine;
let store: LabStore;

const OWN: OwnEnsemble = {
  id: 'own-1',
  name: 'From a colleague',
  source: '',
  target: '',
  members: ['mix', 'A'],
  origin: 'imported',
  dIn: 8,
  dOut: 8,
  hidden: 384,
  imported: { file: 'checkpoints/X/mix/best.pt', format: 'torch', createdAt: '2026-01-01T00:00:00Z' },
};

beforeEach(() => {
  engine = createFakeEngine();
  const query = { kind: 'item' as const, ...findItem(engine, engine.opening.queryId) };
  store = createLabStore(engine, defaultSettings(engine, query, engine.opening.gallery));
  host = document.createElement('div');
  host.style.width = '1100px';
  document.body.replaceChildren(host);
  root = createRoot(host);
  return () => vi.restoreAllMocks();
});
afterEach(() => root.unmount());

function show(): void {
  const lab = { store, children: createElement(FilesBench) };
  root.render(createElement(MantineProvider, null, createElement(LabProvider, lab)));
}
const button = (words: RegExp, within: Element = host) =>
  until(() =>
    [...within.querySelectorAll('button')].find((one) =>
      words.test(one.getAttribute('aria-label') ?? one.textContent),
    ),
  );
const said = () => host.textContent;

/** Chooses files as the dialogue of the browser would. */
async function choose(which: 'Files' | 'Folder', ...files: File[]): Promise<void> {
  const input = await until(() => host.querySelector<HTMLInputElement>(`input[aria-label="${which}"]`));
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  input.files = transfer.files;
  input.dispatchEvent(new Event('change', { bubbles: true }));
}

/** What the engine is given, and what it answers. */
function answer(report: ImportReport): NamedFile[][] {
  const given: NamedFile[][] = [];
  engine.exchange.importFiles = (files, _, options) => {
    given.push([...files]);
    options?.onProgress?.({ done: 0, of: files.length, path: files[0]!.path });
    engine.training.put({ ensembles: report.imported.map(({ ensemble }) => ensemble) });
    return Promise.resolve(report);
  };
  return given;
}

test('files come in, are told of, and what was left out says why', async () => {
  const given = answer({
    imported: [{ ensemble: OWN, paths: ['a.pt'], unmapped: true, note: 'Several spaces fit.' }],
    leftOut: [{ path: 'readme.md', reason: 'By its name it is no checkpoint.' }],
  });
  show();
  await choose('Files', new File(['x'], 'a.pt'), new File(['y'], 'readme.md'));
  await until(() => said().includes('1 ensemble came in from 2 files; 1 file was left out.'));
  expect(given[0]!.map(({ path }) => path)).toEqual(['a.pt', 'readme.md']);
  expect(await new Response(given[0]![0]!.bytes).text()).toBe('x');
  expect(said()).toContain('By its name it is no checkpoint.');
  expect(said()).toContain('2 members (mix, A), 8 → 384 → 8, PyTorch');
  // The list of one's own has it, too.
  expect(host.querySelector('[data-ensemble="own-1"]')!.textContent).toContain('joins no space yet');
});

test('a report is there again when the bench was left, and what is read goes on', async () => {
  const answered = createDeferred<ImportReport>();
  engine.exchange.importFiles = () => answered.promise;
  show();
  await choose('Files', new File(['x'], 'a.pt'));
  await until(() => said().includes('Looking what is there'));
  root.render(null);
  await until(() => said() === '');
  show();
  await until(() => said().includes('Looking what is there'));
  root.render(null);
  await until(() => said() === '');
  engine.training.put({ ensembles: [OWN] });
  answered.resolve({ imported: [{ ensemble: OWN, paths: ['a.pt'], unmapped: true }], leftOut: [] });
  await until(() => store.getState().workshop.importing.status === 'done');
  show();
  await expect.poll(said).toContain('1 ensemble came in from 1 file.');
});

test('a folder is walked as the browser hands it out, in parts', async () => {
  const file = (path: string): FileSystemFileEntry =>
    ({
      isFile: true,
      name: path.split('/').at(-1)!,
      fullPath: `/${path}`,
      file: (take: (one: File) => void) => take(new File([path], 'best.pt')),
    }) as unknown as FileSystemFileEntry;
  const folder = (name: string, ...parts: FileSystemEntry[][]): FileSystemDirectoryEntry =>
    ({
      isFile: false,
      name,
      fullPath: `/${name}`,
      createReader: () => {
        const left = [...parts, []];
        return { readEntries: (take: (part: FileSystemEntry[]) => void) => take(left.shift()!) };
      },
    }) as unknown as FileSystemDirectoryEntry;
  const entry = folder(
    'checkpoints',
    [file('checkpoints/b.pt')],
    [folder('X', [file('checkpoints/X/a.pt')])],
  );
  const items = [{ webkitGetAsEntry: () => entry }] as unknown as DataTransferItemList;
  const found = await droppedFiles({ items, files: new DataTransfer().files });
  expect(found.map(({ path }) => path)).toEqual(['checkpoints/X/a.pt', 'checkpoints/b.pt']);
  const broken = {
    isFile: true,
    name: 'a',
    fullPath: '/a',
    file: (_: unknown, no: (e: Error) => void) => no(new Error()),
  };
  const bad = [{ webkitGetAsEntry: () => broken }] as unknown as DataTransferItemList;
  await expect(droppedFiles({ items: bad, files: new DataTransfer().files })).rejects.toThrow(InputError);
});

test('a drop is read; one of nothing is said to be so', async () => {
  const given = answer({ imported: [], leftOut: [] });
  show();
  const area = await until(() => host.querySelector('[aria-label="Files to bring in"]'));
  const drop = (dataTransfer: DataTransfer) => {
    area.dispatchEvent(new DragEvent('dragover', { bubbles: true, cancelable: true, dataTransfer }));
    area.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
  };
  drop(new DataTransfer());
  await until(() => said().includes('There is no file in it'));
  expect(given).toEqual([]);
  const transfer = new DataTransfer();
  transfer.items.add(new File(['z'], 'c.onnx'));
  drop(transfer);
  await until(() => given.length === 1);
  expect(given[0]!.map(({ path }) => path)).toEqual(['c.onnx']);
});

test('a failure is said, and what is read can be cancelled', async () => {
  engine.exchange.importFiles = () => Promise.reject(new InputError('The storage is full.'));
  show();
  await choose('Files', new File(['x'], 'a.pt'));
  await until(() => said().includes('Nothing came in: The storage is full.'));
  let aborted = false;
  engine.exchange.importFiles = (_, __, options) =>
    new Promise((___, reject) => {
      options?.onProgress?.({ done: 1, of: 3, path: 'b.pt' });
      options?.signal?.addEventListener('abort', () => {
        aborted = true;
        reject(new Error('aborted'));
      });
    });
  await choose('Files', new File(['x'], 'a.pt'));
  await until(() => said().includes('Reading 2 of 3: b.pt'));
  (await button(/^Cancel/)).click();
  await until(() => aborted);
  await until(() => !said().includes('Reading'));
  expect(said()).not.toContain('Nothing came in');
});

test('an ensemble leaves in every format, with what loads it', async () => {
  const asked: [string, ExportFormat][] = [];
  engine.exchange.exportEnsemble = (id, format) => {
    asked.push([id, format]);
    return Promise.resolve({ name: `${id}.bin`, blob: new Blob([new Uint8Array(2_500_000)]) });
  };
  const saved: string[] = [];
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    saved.push(this.download);
  });
  const written: string[] = [];
  vi.spyOn(navigator.clipboard, 'writeText').mockImplementation((text) => {
    written.push(text);
    return Promise.resolve();
  });
  show();
  const snippet = () => host.querySelector('pre')!.textContent;
  await until(() => host.querySelector('pre'));
  expect(snippet()).toContain('ort.InferenceSession("foley-to-unified.onnx")');
  (await button(/^Save as safetensors/)).click();
  await until(() => said().includes('2.5 MB'));
  expect(asked).toEqual([['foley-to-unified', 'safetensors']]);
  expect(saved).toEqual(['foley-to-unified.bin']);
  expect(snippet()).toContain('load_file("foley-to-unified.safetensors")');
  (await button(/^Copy$/)).click();
  await button(/^Copied/);
  expect(written).toEqual([snippet()]);
  (await button(/^PyTorch$/)).click();
  await until(() => snippet().includes('weights_only=True'));
});

test('what cannot leave is said', async () => {
  engine.exchange.exportEnsemble = () => Promise.reject(new InputError('Its weights are gone.'));
  show();
  (await button(/^Save as ONNX, 4-bit/)).click();
  await until(() => store.getState().notice);
  expect(store.getState().notice).toBe('Its weights are gone.');
});

test('an ensemble without spaces is joined to those that fit', async () => {
  const joined: unknown[] = [];
  engine.exchange.mapEnsemble = (id, mapping) => {
    joined.push([id, mapping]);
    return Promise.resolve();
  };
  engine.training.put({ ensembles: [OWN, { ...OWN, id: 'own-2', name: 'Too wide', dIn: 512 }] });
  show();
  const row = await until(() => host.querySelector('[data-ensemble="own-1"]'));
  const join = await button(/^Join them/, row);
  expect(join.disabled).toBe(true);
  for (const [label, option] of [
    ['It reads', /^Foley/],
    ['It gives', /^Unified \(/],
  ] as const) {
    const input = [...row.querySelectorAll('label')].find(({ textContent }) => textContent === label)!
      .control as HTMLInputElement;
    await userEvent.click(input);
    const found = await until(() =>
      [...document.querySelectorAll<HTMLElement>('[role="option"]')].find(
        (one) => option.test(one.textContent) && one.checkVisibility(),
      ),
    );
    await userEvent.click(found);
  }
  await until(() => !join.disabled);
  join.click();
  await until(() => joined.length > 0);
  expect(joined).toEqual([['own-1', { source: 'foley', target: 'unified' }]]);
  const wide = host.querySelector('[data-ensemble="own-2"]')!;
  expect(wide.textContent).toContain('It reads vectors of 512 numbers, and no space here has as many');
  expect([...wide.querySelectorAll('button')].some(({ textContent }) => textContent === 'Join them')).toBe(
    false,
  );
});

test('one’s own are renamed, used in a recipe, and removed once it is confirmed', async () => {
  const mine = { ...OWN, source: 'foley', target: 'unified' };
  engine.training.put({ ensembles: [mine] });
  show();
  (await button(/^Rename From a colleague/)).click();
  const field = await until(() => host.querySelector<HTMLInputElement>('form input'));
  await userEvent.fill(field, 'Seven of mine');
  await userEvent.keyboard('{Enter}');
  await until(() => engine.training.calls.some((call) => call.startsWith('renameEnsemble own-1')));
  (await button(/^Remove From a colleague/)).click();
  (await button(/^Keep it/)).click();
  await button(/^Use in a recipe/);
  expect(engine.training.calls.some((call) => call.startsWith('removeEnsemble'))).toBe(false);
  (await button(/^Remove From a colleague/)).click();
  (await button(/^Remove it/)).click();
  await until(() => engine.training.calls.includes('removeEnsemble own-1'));
  (await button(/^Use in a recipe/)).click();
  expect(store.getState()).toMatchObject({
    bench: 'recipes',
    workshop: { draft: { base: 'unified', bonds: [{ experts: ['foley'], ensembles: ['own-1'] }] } },
  });
});
