import { MantineProvider } from '@mantine/core';
import { createElement, type FunctionComponent } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { BondDraft } from '../../../recipe/build.ts';
import { createFakeEngine, type FakeEngine } from '../../../state/fakeEngine.testing.ts';
import { createLabStore, defaultSettings, findItem, type LabStore } from '../../../state/store.ts';
import { LabProvider } from '../../shared/LabContext.tsx';
import RecipesBench from './RecipesBench.tsx';

const WAIT = { timeout: 30_000 };
/** createElement takes children as arguments of its own. */
const Lab = LabProvider as FunctionComponent<{ store: LabStore }>;

let root: Root;
let host: HTMLElement;
let engine: FakeEngine;
let store: LabStore;

/** The page as it opens with what the engine has then. */
function open(): void {
  const query = { kind: 'item' as const, ...findItem(engine, engine.opening.queryId) };
  store = createLabStore(engine, defaultSettings(engine, query, engine.opening.gallery));
  host = document.createElement('main');
  host.style.width = '1100px';
  document.body.replaceChildren(host);
  root = createRoot(host);
}
beforeEach(() => {
  engine = createFakeEngine();
  open();
});
afterEach(() => root.unmount());

function show(): void {
  root.render(
    createElement(MantineProvider, null, createElement(Lab, { store }, createElement(RecipesBench))),
  );
}
const said = () => host.textContent;
const formula = () => host.querySelector('code')?.textContent;
const button = (name: string | RegExp) => page.getByRole('button', { name });
const item = (menu: string, name: RegExp) =>
  page.getByRole('menu', { name: menu }).getByRole('menuitem', { name });
/** As a person would who does not see that it is disabled. */
const press = (element: Element) => (element as HTMLElement).click();
const c = (...experts: string[]): BondDraft => ({ kind: 'combination', experts });

test('a recipe is built by hand, made, and opened in the lab', async () => {
  show();
  await expect.poll(formula, WAIT).toBe('Unified');
  expect(said()).toContain('Add a bond: a base alone is no recipe.');

  await userEvent.click(button('Add a displacement'));
  await userEvent.click(item('Add a displacement', /^PicText/));
  await expect.poll(formula, WAIT).toBe('Unified + d(PicText)');
  await userEvent.click(button('Add a combination'));
  await userEvent.click(item('Add a combination', /^Foley/));
  await expect.poll(formula, WAIT).toBe('Unified + d(PicText) + c(Foley)');
  await userEvent.click(button('Add an expert beside Foley'));
  await userEvent.click(item('Add an expert beside Foley', /^Tone/));
  await expect.poll(formula, WAIT).toBe('Unified + d(PicText) + c(Foley, Tone)');
  await expect
    .element(page.getByRole('img', { name: /Bond 2: Foley and Tone projected by 14 projectors, averaged/ }))
    .toBeInTheDocument();

  await userEvent.fill(page.getByLabelText('Name'), 'All of it');
  await expect.poll(() => store.getState().workshop.draft.name, WAIT).toBe('All of it');
  await userEvent.keyboard('{Enter}');
  await expect
    .poll(said, WAIT)
    .toContain('All of it is made: Unified + d(PicText) + c(Foley, Tone), in PicText’s space.');
  const [made] = engine.library.own();
  expect(made!.draft.name).toBe('All of it');
  await userEvent.click(button('Open All of it in the lab'));
  await expect.poll(() => store.getState().recipeId, WAIT).toBe(made!.id);
  expect(store.getState().view).toBe('lab');
});

test('a bond that cannot be says why, in the menu and in its card, and nothing is made of it', async () => {
  store.getState().setWorkshop({ draft: { name: 'Mine', base: 'unified', bonds: [c('foley'), c('foley')] } });
  show();
  await expect
    .poll(() => host.querySelector('[role="alert"]')?.textContent, WAIT)
    .toBe('Foley is in this recipe already.');
  press(button('Create').element());
  await expect.poll(said, WAIT).toContain('Bond 2 cannot be: see why.');
  expect(engine.library.own()).toEqual([]);
  await userEvent.click(button('Add a displacement'));
  const refused = item('Add a displacement', /^PicText/);
  await expect.element(refused).toHaveAttribute('aria-disabled', 'true');
  press(refused.element());
  expect(store.getState().workshop.draft.bonds).toHaveLength(2);
});

test('a projection that nobody trained leads to the bench that trains it', async () => {
  store.getState().setWorkshop({ draft: { name: 'Mine', base: 'pictext', bonds: [c('tags')] } });
  show();
  await expect.poll(said, WAIT).toContain('Tags → PicText: nobody trained it yet.');
  await userEvent.click(button('Train Tags → PicText'));
  const { bench, workshop } = store.getState();
  expect(bench).toBe('train');
  expect(workshop.form).toMatchObject({ kind: 'combination', base: 'pictext', expert: 'tags' });
});

test('of several ensembles one is chosen, and used', async () => {
  const own = { ...engine.ensembles[0]!, id: 'run-1', name: 'Quick look', members: ['mix'] };
  engine.training.put({ ensembles: [{ ...own, origin: 'trained', dIn: 96, dOut: 128, hidden: 8 }] });
  open();
  store.getState().setWorkshop({ draft: { name: 'Mine', base: 'unified', bonds: [c('foley')] } });
  show();
  const choice = page.getByRole('combobox', { name: 'Foley → Unified' });
  await userEvent.click(choice);
  const option = () =>
    [...document.querySelectorAll('[role="option"]')].find((one) =>
      one.textContent?.startsWith('Quick look: 1 projector'),
    );
  await expect.poll(option, WAIT).toBeDefined();
  press(option()!);
  await expect.poll(() => store.getState().workshop.draft.bonds[0]!.ensembles, WAIT).toEqual(['run-1']);
  await userEvent.click(button('Create'));
  await expect.poll(() => engine.recipes.at(-1)!.bonds[0]!.ensembles[0]!.id, WAIT).toBe('run-1');
});

test('the list renames, copies and deletes the user’s own; a recipe that cannot be used says why', async () => {
  const own = { ...engine.ensembles[0]!, id: 'run-1', name: 'Quick look', members: ['mix'] };
  engine.training.put({ ensembles: [{ ...own, origin: 'trained', dIn: 96, dOut: 128, hidden: 8 }] });
  engine.library.create({ name: 'Mine', base: 'unified', bonds: [{ ...c('foley'), ensembles: ['run-1'] }] });
  store.getState().lookAtRecipes({ face: 'recipes' });
  show();
  const name = page.getByRole('textbox', { name: 'Name of Mine' });
  await userEvent.fill(name, 'Better');
  await userEvent.keyboard('{Enter}');
  await expect.poll(() => engine.library.own()[0]!.draft.name, WAIT).toBe('Better');
  await userEvent.click(button('Duplicate Better'));
  await expect
    .poll(() => engine.library.own().map(({ draft }) => draft.name), WAIT)
    .toEqual(['Better', 'Better (2)']);

  await userEvent.click(page.getByRole('button', { name: 'Delete Better', exact: true }));
  await userEvent.click(button('Keep it'));
  expect(engine.library.own()).toHaveLength(2);
  await userEvent.click(page.getByRole('button', { name: 'Delete Better', exact: true }));
  await userEvent.click(button('Delete it'));
  await expect.poll(() => engine.library.own().map(({ draft }) => draft.name), WAIT).toEqual(['Better (2)']);

  engine.training.put({ ensembles: [] });
  await expect.poll(said, WAIT).toMatch(/ensemble that projected Foley → Unified is gone/);
  await expect.element(page.getByRole('checkbox', { name: 'Compare Better (2)' })).toBeDisabled();
});

test('chosen recipes are compared side by side, and leave the page as a table', async () => {
  store.getState().lookAtRecipes({ face: 'recipes' });
  show();
  await userEvent.click(page.getByRole('checkbox', { name: 'Compare Unified++', exact: true }));
  await expect.poll(said, WAIT).toContain('Choose two or more recipes above.');
  await userEvent.click(page.getByRole('checkbox', { name: 'Compare PicText_U++', exact: true }));
  await userEvent.click(button('Compare: Compare recipes'));
  await expect.poll(() => host.querySelectorAll('[data-task="audio>text"] tr').length, WAIT).toBe(2);
  expect(said()).toMatch(
    /At “Versatile”, against Unified\+\+, over \d tasks: PicText_U\+\+ \d better, \d worse/,
  );
  expect(store.getState().recipeId).toBe('unified-pp');
  await userEvent.click(button('Export'));
  await expect.element(page.getByText('Recipes side by side')).toBeInTheDocument();
});

test('the first experiments are one click each', async () => {
  store.getState().lookAtRecipes({ face: 'experiments' });
  show();
  await userEvent.click(button('Measure: A displacement, measured on pictures and texts'));
  await expect
    .poll(() => host.querySelector('[data-card="displacement"] [data-task="text>image"]')?.textContent, WAIT)
    .toMatch(/Unified, own space.*Unified, projected.*Paper.*PicText, own space/);
  await expect
    .poll(() => host.querySelector('[data-card="displacement"] svg[role="img"]'), WAIT)
    .not.toBeNull();
  expect(said()).toMatch(/As in table 3 of the paper/);
  await userEvent.click(button('Compare all four: Two experts: side by side, or one after the other?'));
  await expect
    .poll(
      () =>
        host.querySelectorAll('[data-card="side-by-side-or-in-sequence"] [data-task="audio>text"] tr').length,
      WAIT,
    )
    .toBe(4);
  expect(engine.library.own().map(({ draft }) => draft.name)).toEqual([
    'Foley and Tone, weighed',
    'Foley, then Tone',
    'Tone, then Foley',
  ]);
});
