import { expect, onTestFinished, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { InputError } from '../../base/errors.ts';
import { until } from '../../base/until.testing.ts';
import type { EncodeRun } from '../../engine/collections/types.ts';
import type { Intake } from '../../engine/intake/types.ts';
import { EMPTY_INTAKE, EMPTY_REPORT } from '../../state/data/fakeIntake.testing.ts';
import { button, choose, drop, field, fill, menuItem, OWN, showFace } from './face.testing.ts';

const RUN: EncodeRun = {
  id: 'run-1',
  collectionId: 'own-1',
  spaceIds: ['foley'],
  state: 'running',
  done: 30,
  of: 120,
  leftOut: [{ item: 'cut.ogg', reason: 'Its header is cut.' }],
  reused: 7,
  itemsPerS: 6,
  secondsLeft: 15,
};
const MEDIA: Intake = {
  ...EMPTY_INTAKE,
  media: {
    convention: 'stems',
    nPaired: 1,
    notes: ['One text is alone.'],
    items: [
      { path: 'a.svg', modality: 'image', caption: 'a', group: 'a', bytes: 1 },
      {
        path: 'a.txt',
        modality: 'text',
        caption: '<img src=x onerror="window.hacked=1">',
        group: 'a',
        bytes: 1,
      },
    ],
  },
  leftOut: [{ path: 'notes.docx', reason: 'It is a document.' }],
};
const ARRAYS: Intake = {
  ...EMPTY_INTAKE,
  arrays: {
    arrays: [
      {
        key: 'e.npz/sounds',
        path: 'e.npz',
        shape: [9, 8],
        dtype: 'F32',
        fortran: false,
        checks: { notFinite: 2, zero: 0, notUnit: 0, norms: [1, 1], duplicates: 0 },
      },
      { key: 'e.npz/words', path: 'e.npz', shape: [9], dtype: 'TEXT', fortran: false, sample: ['a', 'b'] },
    ],
    proposal: {
      name: 'e',
      spaces: [{ id: 'e-8', name: 'e', dim: 8, role: 'base' }],
      arrays: [{ key: 'e.npz/sounds', spaceId: 'e-8', modality: 'audio' }],
      pairs: { kind: 'rows' },
      captions: {},
      labels: {},
    },
    certain: false,
    notes: [],
  },
};

test('media that are dropped are shown before they are kept, and their words stay words', async () => {
  const { engine, host, said } = await showFace('collections');
  engine.intake.answer(MEDIA, { ...EMPTY_REPORT, notes: ['It was kept whole.'] });
  const area = await until(() => host.querySelector('[aria-label="Files of a collection"]'));
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>';
  drop(area, new File([svg], 'a.svg', { type: 'image/svg+xml' }), new File(['x'], 'a.txt'));
  await until(() => said().includes('What was understood'));
  expect(said()).toContain('1 picture');
  expect(said()).toContain('<img src=x onerror="window.hacked=1">');
  expect(window).not.toHaveProperty('hacked');
  const picture = await until(() => host.querySelector<HTMLImageElement>('img'));
  await until(() => picture.complete && picture.naturalWidth > 0);
  expect(said()).toContain('It is a document.');
  expect(engine.intake.kept).toEqual([]);
  // Foley hears and reads, and there are texts; nothing is there that nobody reads.
  const foley = await field(/^Foley/);
  expect(foley.checked).toBe(true);
  foley.click();
  await fill(/^Name of the collection/, 'My birds');
  (await button(/^Keep and encode/)).click();
  await until(() => said().includes('“My birds” is kept'));
  expect(said()).toContain('It was kept whole.');
  expect(engine.intake.kept[0]).toMatchObject({ name: 'My birds' });
  const [encoded] = engine.collections.calls;
  expect(encoded).toMatch(/^encode own-1 unified,pictext,tone/);
  expect(encoded).not.toContain('foley');
});

test('arrays are mapped by hand; what does not fit is said and cannot be kept', async () => {
  const { engine, said } = await showFace('collections');
  engine.intake.answer(ARRAYS);
  // Anywhere on the face.
  drop(window, new File(['x'], 'e.npz'));
  await until(() => said().includes('e.npz/sounds'));
  expect(said()).toContain('2 rows with NaN or infinity');
  await choose(/^What e.npz\/sounds holds/, /^Not used/);
  await until(() => said().includes('No array is used as vectors.'));
  expect((await button(/^Keep it as a collection/)).disabled).toBe(true);
  await choose(/^What e.npz\/sounds holds/, /^Pictures/);
  await choose(/^What e.npz\/words holds/, /^Captions of the pictures/);
  await fill(/^Space of 8 numbers/, 'Mine');
  (await button(/^Keep it as a collection/)).click();
  await until(() => engine.intake.kept.length > 0);
  expect(engine.intake.kept[0]!.mapping).toMatchObject({
    spaces: [{ id: 'mine-8', name: 'Mine' }],
    arrays: [{ key: 'e.npz/sounds', spaceId: 'mine-8', modality: 'image' }],
    captions: { image: 'e.npz/words' },
  });
});

test('where there is no doubt the form is folded, and nothing is asked', async () => {
  const { engine, host, said } = await showFace('collections');
  engine.intake.answer({ ...ARRAYS, arrays: { ...ARRAYS.arrays!, certain: true } });
  drop(window, new File(['x'], 'e.npz'));
  await until(() => said().includes('leave no doubt'));
  const table = () => host.querySelector('[aria-label="What was dropped"] table');
  expect(table()).toBeNull();
  expect(said()).toContain('1 finding in the rows');
  (await button(/^Look closer/)).click();
  await until(table);
});

test('what is nothing says why and can only be put away', async () => {
  const { engine, host, said } = await showFace('collections');
  engine.intake.answer({ ...EMPTY_INTAKE, leftOut: [{ path: 'a.docx', reason: 'It is a document.' }] });
  drop(window, new File(['x'], 'a.docx'));
  await until(() => said().includes('Nothing of it was understood'));
  expect(host.querySelector('details')!.open).toBe(true);
  expect([...host.querySelectorAll('button')].some((one) => one.textContent.startsWith('Keep'))).toBe(false);
  (await button(/^Put it away/)).click();
  await until(() => !said().includes('Nothing of it was understood'));
  expect(engine.intake.forgotten).toEqual(['intake-1']);
  engine.intake.answer(new InputError('It is cut.'));
  drop(window, new File(['x'], 'a.npz'));
  await until(() => said().includes('Nothing came in: It is cut.'));
});

test('a collection is used, renamed, saved, and deleted once it is confirmed', async () => {
  const { engine, host, used } = await showFace('collections');
  engine.collections.put({ list: [...engine.collections.list(), OWN] });
  const saved: string[] = [];
  onTestFinished(() => void vi.restoreAllMocks());
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    saved.push(this.download);
  });
  const card = await until(() => host.querySelector('[data-collection="own-1"]'));
  expect(card.textContent).toContain('300 texts');
  expect(card.textContent).toContain('1 sound');
  expect(host.querySelector('[data-collection="tiny"]')!.textContent).toContain('in use');
  (await button(/^Use Birds in the lab/)).click();
  await until(() => used.length > 0);
  expect(used).toEqual(['own-1']);
  const more = async (words: RegExp) => {
    await userEvent.click(await button(/^More for Birds/));
    await userEvent.click(await menuItem(words));
  };
  await more(/^Save to a file/);
  await until(() => saved.length > 0);
  expect(saved).toEqual(['own-1.zip']);
  await more(/^Rename/);
  await fill(/^New name of Birds/, 'Garden');
  await userEvent.keyboard('{Enter}');
  await until(() => engine.collections.calls.includes('rename own-1 Garden'));
  await more(/^Delete/);
  (await button(/^Keep it$/, card)).click();
  await until(() => !card.textContent.includes('from this browser?'));
  await more(/^Delete/);
  (await button(/^Delete it$/, card)).click();
  await until(() => engine.collections.calls.includes('remove own-1'));
});

test('figures are counted when a card is opened, and not before', async () => {
  const { engine, host } = await showFace('collections');
  engine.collections.put({ list: [OWN] });
  const card = await until(() => host.querySelector('[data-collection="own-1"]'));
  expect(engine.collections.calls).toEqual([]);
  card.querySelector('summary')!.click();
  await until(() => card.textContent.includes('0.500 picture → text'));
  expect(card.textContent).toContain('0.800 picture and text');
  expect(card.textContent).toContain('300 texts, 120 of 180 pictures');
});

test('a run tells how far it is, is paused, goes on and is cancelled', async () => {
  const { engine, said } = await showFace('collections');
  engine.collections.put({ list: [OWN], runs: [RUN] });
  await until(() => said().includes('Encoding: 30 of 120, 6.0 a second, 15 s left'));
  expect(said()).toContain('7 vectors were there already');
  expect(said()).toContain('Its header is cut.');
  (await button(/^Pause$/)).click();
  engine.collections.put({ runs: [{ ...RUN, state: 'paused' }] });
  await until(() => said().includes('because the page was closed'));
  (await button(/^Go on$/)).click();
  (await button(/^Cancel$/)).click();
  expect(engine.collections.calls).toEqual(['pause run-1', 'goOn run-1', 'cancel run-1']);
});

test('more spaces are encoded from the card; what is not ready says why', async () => {
  const { engine, said } = await showFace('collections');
  engine.collections.put({ list: [{ ...OWN, ready: false, why: 'nothing is encoded yet.' }] });
  await until(() => said().includes('Not ready: nothing is encoded yet.'));
  expect((await button(/^Use Birds/)).disabled).toBe(true);
  (await button(/^Encode Birds in more/)).click();
  const box = await until(() =>
    [...document.querySelectorAll('label')].find((one) => one.textContent.startsWith('PicText')),
  );
  box.click();
  (await button(/^Encode, up to 480 vectors/)).click();
  await until(() => engine.collections.calls.includes('encode own-1 pictext'));
});

test('the head of the page lists the collections, and leads here', async () => {
  const { engine, store, used } = await showFace('collections');
  store.getState().show('lab');
  engine.collections.put({
    list: [...engine.collections.list(), OWN, { ...OWN, id: 'b', name: 'Half', ready: false }],
  });
  await userEvent.click(await button(/^Collection: Tiny/));
  const current = await menuItem(/^Tiny/);
  expect(current.getAttribute('aria-current')).toBe('true');
  expect((await menuItem(/^Half/)).hasAttribute('data-disabled')).toBe(true);
  await userEvent.click(await menuItem(/^Birds/));
  await until(() => used.length > 0);
  await userEvent.click(await button(/^Collection: Tiny/));
  await userEvent.click(await menuItem(/^Your data/));
  await until(() => store.getState().view === 'data');
});

test('an encoder in a drop is set up under Models, with the files beside it', async () => {
  const { engine, host, said, store } = await showFace('collections');
  engine.intake.answer({ ...EMPTY_INTAKE, encoders: ['ears.onnx'] });
  drop(
    window,
    new File(['x'], 'ears.onnx'),
    new File(['{}'], 'tokenizer.json'),
    new File(['y'], 'eyes.onnx'),
  );
  await until(() => said().includes('1 encoder: an encoder is set up under Models'));
  expect([...host.querySelectorAll('button')].some((one) => one.textContent.startsWith('Keep'))).toBe(false);
  (await button(/^Set it up/)).click();
  await until(() => said().includes('16 kHz is a guess'));
  expect(store.getState().dataTab).toBe('models');
  expect(engine.models.calls).toEqual(['propose ears.onnx tokenizer.json']);
});

test('the form of a name and the question before a removal give the focus back', async () => {
  const { engine, host } = await showFace('collections');
  engine.collections.put({ list: [OWN] });
  for (const item of [/^Rename/, /^Delete/]) {
    await userEvent.click(await button(/^More for Birds/));
    await userEvent.click(await menuItem(item));
    await until(() => host.querySelector('form, [role="alert"]')?.contains(document.activeElement));
    await userEvent.keyboard('{Escape}');
    await until(() => document.activeElement?.getAttribute('aria-label') === 'More for Birds');
  }
  expect(engine.collections.calls).toEqual([]);
});

test('a collection in use of which more is encoded since is opened anew', async () => {
  const { engine, said, used } = await showFace('collections');
  const [tiny] = engine.collections.list();
  const own = { ...tiny!, origin: 'media' as const };
  engine.collections.put({ list: [own] });
  await button(/^Open the lab/);
  const [first, ...others] = own.spaces;
  engine.collections.put({ list: [{ ...own, spaces: [{ ...first!, encoded: { text: 3 } }, ...others] }] });
  await until(() => said().includes('More of it is encoded than the lab knows'));
  (await button(/^Open Tiny anew/)).click();
  await until(() => used.length > 0);
  expect(used).toEqual(['tiny']);
});
