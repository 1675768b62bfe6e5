import { expect, test } from 'vitest';
import { AbortedError, InputError } from '../../base/errors.ts';
import { mixtureOf, membersOf } from '../../math/members.ts';
import { neighboursKept } from '../../math/neighbourhoods.ts';
import { nearestInPlane, selfPlane } from '../../math/neighbours.ts';
import { gatherRows } from '../../math/pseudoPairs.ts';
import { alignment, modalityGap, uniformity } from '../../math/sphere.ts';
import { galleryOf, retrievalTask } from '../../world/tasks.ts';
import { createStudies } from './studies.ts';
import { COMBINED, COMBINED_TWO, DISPLACED, makeSources, type MadeOptions } from './microscope.testing.ts';
import type { ConflictRequest, CountRequest } from './types.ts';

const END = { name: 'projected', factors: { c: { text: 1, audio: 1 } } };
const COUNT: CountRequest = {
  recipe: COMBINED,
  bondId: 'c',
  tasks: ['audio>text', 'text>audio', 'image>text', 'audio>class'],
  settings: [END, { name: 'half', factors: { c: { text: 0.5, audio: 0.5 } } }],
  metric: 'MRR',
  half: 'all',
};
const microscope = (options: MadeOptions = {}) => createStudies(makeSources(options));

test('a member that is nothing but noise shows: alone it is worth little, without it the mixture is better', async () => {
  const told: number[] = [];
  const report = await microscope({ broken: 2 }).memberStudy(COUNT, { onProgress: (f) => told.push(f) });
  expect(report.members.map(({ member }) => member)).toEqual(['mix', 'A', 'T', 'AT']);
  expect(report.rows.map(({ task, setting }) => `${setting} ${task}`)).toEqual([
    ...COUNT.tasks.map((task) => `projected ${task}`),
    ...COUNT.tasks.map((task) => `half ${task}`),
  ]);
  const row = report.rows.find(({ task, setting }) => task === 'audio>text' && setting === 'projected')!;
  const [good, broken] = [row.members[0]!, row.members[2]!];
  expect(broken.alone).toBeLessThan(good.alone - 0.2);
  expect(broken.effect!.mean).toBeLessThan(0);
  expect(broken.effect!.low).toBeLessThan(broken.effect!.mean);
  expect(broken.effect!.mean).toBeCloseTo(row.all - broken.without, 12);
  expect(good.effect!.mean).toBeGreaterThan(0);
  const audio = report.agreement.find(({ modality }) => modality === 'audio')!;
  expect(report.agreement.map(({ modality }) => modality)).toEqual(['text', 'audio']);
  const cosine = (a: number, b: number) => audio.cosines[a * 4 + b]!;
  expect(Math.max(cosine(0, 2), cosine(1, 2), cosine(3, 2))).toBeLessThan(
    Math.min(cosine(0, 1), cosine(0, 3)) - 0.2,
  );
  expect(audio.leastAgreed[0]!.spread).toBe(Math.max(...audio.spread));
  expect(audio.mostAgreed[0]!.spread).toBe(Math.min(...audio.spread));
  expect(audio.meanSpread.low).toBeLessThan(audio.meanSpread.mean);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect(told.at(-1)).toBe(1);
});

test('left out are the tasks that the recipe does not serve, and the effect of an only member', async () => {
  const made = makeSources();
  const first = async (id: string, x: Float32Array) => {
    const data = await made.members(id, x);
    const nItems = data.length / (4 * 12);
    const rows = Array.from({ length: nItems }, (_, i) => [...data.subarray(i * 4 * 12, i * 4 * 12 + 12)]);
    return Float32Array.from(rows.flat());
  };
  const deaf = made
    .spaces()
    .map((one) => ({ ...one, modalities: one.modalities.filter((m) => m !== 'audio') }));
  const bond = COMBINED.bonds[0]!;
  const ensembles = [{ ...bond.ensembles[0]!, members: ['T'] }];
  const recipe = {
    ...COMBINED,
    bonds: [{ ...bond, modalities: ['text' as const], ensembles, members: ['T'] }],
  };
  const report = await createStudies({ ...made, spaces: () => deaf, members: first }).memberStudy({
    ...COUNT,
    recipe,
    tasks: ['audio>text', 'image>text', 'audio>class'],
    settings: [{ name: 'projected', factors: { c: { text: 1 } } }],
  });
  expect(report.rows.map(({ task }) => task)).toEqual(['image>text']);
  expect(report.rows[0]!.members).toEqual([{ without: NaN, alone: report.rows[0]!.all, effect: undefined }]);
});

test('sizes are nested, and several seeds give their mean and spread', async () => {
  const stand = (seed: number) => ({
    name: `seed ${seed}`,
    ensembles: { 'ear-to-base': [`seed ${seed} of ear-to-base`] },
  });
  const replicates = [{ name: 'seed 1', ensembles: {} }, stand(2), stand(3)];
  const report = await microscope().sizeStudy({ ...COUNT, replicates });
  expect(report.replicates).toEqual(['seed 1', 'seed 2', 'seed 3']);
  expect(report.warnings.filter((one) => one.includes('training seed'))).toEqual([]);
  const row = report.rows[0]!;
  expect(row.sizes.map(({ size, sets }) => [size, sets.length])).toEqual([[1, 4], [3, 1], [4, 1]]); // prettier-ignore
  for (const figure of row.sizes) {
    const mean = figure.values.reduce((sum, value) => sum + value, 0) / 3;
    expect(figure.mean).toBeCloseTo(mean, 12);
    expect(figure.sd).toBeCloseTo(
      Math.sqrt(figure.values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 2),
      12,
    );
    expect(figure.low).toBe(Math.min(...figure.values));
  }
  const [one, , all] = row.sizes;
  expect(one!.values[0]).toBeCloseTo(one!.sets.reduce((sum, { values }) => sum + values[0]!, 0) / 4, 12);
  // Independent noise: four members find more than one.
  expect(all!.mean).toBeGreaterThan(one!.mean + 0.05);
  // The first seed is the bond as it is.
  const members = await microscope().memberStudy(COUNT);
  expect(all!.values[0]).toBe(members.rows[0]!.all);
  expect(one!.sets[1]!.values[0]).toBe(members.rows[0]!.members[1]!.alone);
  expect(row.base).toBeGreaterThan(0);
});

test('pooled seeds reach further sizes; few seeds and seeds that disagree are warned of', async () => {
  const pooled = { name: 'both', ensembles: { 'ear-to-base': ['ear-to-base', 'seed 2 of ear-to-base'] } };
  const report = await microscope().sizeStudy({ ...COUNT, replicates: [pooled] });
  expect(report.rows[0]!.sizes.map(({ size, sets }) => [size, sets.length])).toEqual([[1, 8], [3, 2], [4, 2], [8, 1]]); // prettier-ignore
  expect(report.rows[0]!.sizes[0]!.sd).toBeUndefined();
  expect(report.rows[0]!.unstable).toBeUndefined();
  expect(report.warnings[0]).toContain('One training seed');

  const uneven = microscope().sizeStudy({ ...COUNT, replicates: [{ name: 'own', ensembles: {} }, pooled] });
  await expect(uneven).rejects.toThrow(InputError);
  await expect(microscope().sizeStudy({ ...COUNT, replicates: [] })).rejects.toThrow(InputError);
});

test('seeds that disagree on whether the bond helps make a row unstable', async () => {
  // The base finds pictures' texts by itself; at the projected end of texts, seeds fall to either side of it or not.
  const replicates = Array.from({ length: 6 }, (_, n) => ({
    name: `seed ${n}`,
    ensembles: { 'ear-to-base': [`seed ${n} of ear-to-base`] },
  }));
  const { rows, warnings } = await microscope().sizeStudy({ ...COUNT, replicates });
  for (const { base, sizes, unstable } of rows) {
    const values = sizes.at(-1)!.values;
    expect(unstable).toBe(values.some((value) => value > base!) && values.some((value) => value < base!));
  }
  expect(warnings).toHaveLength(rows.some(({ unstable }) => unstable) ? 1 : 0);
});

const CONFLICT: ConflictRequest = {
  experts: ['ear', 'horn'],
  ensembles: ['ear-to-base', 'horn-to-base'],
  target: 'base',
  k: 4,
};

test('two experts that agree are quiet; one that is led astray is found, with examples, and its harm is measured', async () => {
  const quiet = await microscope().conflictStudy(CONFLICT);
  expect(quiet.warning).toBeUndefined();
  expect(quiet.score).toBeLessThan(quiet.threshold);
  expect(quiet.modalities.map(({ modality, texts, nItems }) => [modality, texts, nItems])).toEqual([
    ['text', 'sound', 24],
    ['audio', undefined, 48],
  ]);
  const loud = await microscope({ mistaken: 0.6 }).conflictStudy({ ...CONFLICT, nExamples: 6 });
  expect(loud.score).toBeGreaterThan(loud.threshold);
  expect(loud.warning).toContain('Ear and Horn disagree');
  const audio = loud.modalities[1]!;
  expect(audio.score.low).toBeLessThanOrEqual(audio.score.mean);
  expect(audio.score.high).toBeGreaterThanOrEqual(audio.score.mean);
  expect(audio.examples).toHaveLength(6);
  for (const { index, neighbours, cosine } of audio.examples) {
    expect(index).toBeLessThan(0.6 * 48 + 2);
    expect(cosine).toBeLessThan(audio.projectedCosine.mean);
    expect(neighbours.map((list) => list.length)).toEqual([4, 4]);
    expect(neighbours.flat()).not.toContain(index);
  }
  // Texts alone are projected on one side, sounds and texts on the other: the average loses against Ear alone.
  const found = loud.measured.find(({ task }) => task === 'audio>image')!;
  expect(found.both).toBeLessThan(found.alone[0]);
  expect(found.change.mean).toBeCloseTo(found.both - Math.max(...found.alone), 12);
  expect(loud.measured.map(({ task }) => task)).not.toContain('image>image');
  await expect(microscope().conflictStudy({ ...CONFLICT, experts: ['ear', 'ear'] })).rejects.toThrow(
    InputError,
  );
});

test('experts that share texts alone are compared on all of them; those that share nothing give no score', async () => {
  const made = makeSources();
  const spaces = made
    .spaces()
    .map((one) => (one.id === 'horn' ? { ...one, modalities: ['text' as const] } : one));
  const texts = await createStudies({ ...made, spaces: () => spaces }).conflictStudy(CONFLICT);
  expect(texts.modalities.map(({ texts: kind, nItems }) => [kind, nItems])).toEqual([[undefined, 48]]);
  const apart = made
    .spaces()
    .map((one) => (one.id === 'horn' ? { ...one, modalities: ['image' as const] } : one));
  const none = await createStudies({ ...made, spaces: () => apart }).conflictStudy(CONFLICT);
  expect(none.modalities).toEqual([]);
  expect(none.score).toBeNaN();
  expect(none.measured).toEqual([]);
});

test('what bonds keep is what the plain figures say, a displacement beside a combination', async () => {
  const sources = makeSources();
  const report = await createStudies(sources).keepsStudy({
    bonds: [
      { recipe: DISPLACED, bondId: 'd' },
      { recipe: COMBINED, bondId: 'c', setting: END },
    ],
    k: 5,
  });
  expect(report.bonds.map(({ kind }) => kind)).toEqual(['displacement', 'combination']);
  const [displaced, combined] = report.bonds;
  expect(displaced!.fused).toBeUndefined();
  expect(displaced!.projections[0]!.modalities.map(({ modality }) => modality)).toEqual([
    'text',
    'image',
    'audio',
  ]);
  const change = combined!.projections[0]!;
  expect([change.from, change.to]).toEqual(['ear', 'base']);

  const own = await sources.spaceEmbeddings('ear');
  const members = membersOf(await sources.members('ear-to-base', own.audio!), 4, 12);
  const audio = mixtureOf(members, [true, true, true, true]);
  const text = mixtureOf(membersOf(await sources.members('ear-to-base', own.text!), 4, 12), [
    true,
    true,
    true,
    true,
  ]);
  const [before, after] = [selfPlane(own.audio!, 8), selfPlane(audio, 12)];
  const kept = neighboursKept(nearestInPlane(before, 48, 5), nearestInPlane(after, 48, 5), 5);
  const ofAudio = change.modalities.find(({ modality }) => modality === 'audio')!;
  expect(ofAudio.neighboursKept.mean).toBeCloseTo(kept, 12);
  expect(ofAudio.uniformity.before).toBeCloseTo(uniformity(before, 48), 6);
  expect(ofAudio.uniformity.after).toBeCloseTo(uniformity(after, 48), 6);
  expect(ofAudio.uniformity.change.mean).toBeCloseTo(
    ofAudio.uniformity.after - ofAudio.uniformity.before,
    12,
  );

  const [pair] = change.pairs;
  expect(change.pairs).toHaveLength(1);
  const { manifest } = sources;
  const sound = gatherRows(text, galleryOf(manifest, 'audio', 'text'), 12);
  expect(pair!.gap.after).toBeCloseTo(modalityGap(sound, audio, 12), 6);
  const task = retrievalTask(manifest, 'audio>text');
  const pairs = Uint32Array.from(task.relevant.flatMap((right, q) => [right[0]!, 24 + q]));
  const both = new Float32Array([...sound, ...audio]);
  expect(pair!.alignment.after).toBeCloseTo(alignment(both, 12, pairs), 6);
  expect(pair!.nPairs).toBe(48);

  // At the projected end of both modalities the fused vectors are the projections.
  const fused = combined!.fused!;
  expect([fused.from, fused.to]).toEqual(['base', 'base']);
  expect(fused.modalities.map(({ modality }) => modality)).toEqual(['text', 'image', 'audio']);
  const ofText = (of: typeof fused) => of.modalities[0]!.uniformity.after;
  expect(ofText(fused)).toBeCloseTo(ofText(change), 5);
  // Pictures stay as they were.
  expect(fused.modalities[1]!.neighboursKept).toEqual({ mean: 1, low: 1, high: 1 });
});

test('a large collection is sampled, a study can be taken back, and nothing is projected twice', async () => {
  const sources = makeSources();
  const own = createStudies(sources);
  const keeps = { bonds: [{ recipe: COMBINED, bondId: 'c' }] };
  const { bonds } = await own.keepsStudy({ ...keeps, maxItems: 20 });
  expect(bonds[0]!.projections[0]!.modalities.map(({ nItems }) => nItems)).toEqual([20, 20]);
  sources.asked.length = 0;
  await own.memberStudy({ ...COUNT, recipe: COMBINED_TWO, tasks: ['audio>text'] });
  // Texts and sounds of each expert, for all 17 masks.
  expect(sources.asked).toHaveLength(4);
  const signal = AbortSignal.abort();
  await expect(own.memberStudy(COUNT, { signal })).rejects.toThrow(AbortedError);
  await expect(own.keepsStudy(keeps, { signal })).rejects.toThrow(AbortedError);
  await expect(own.conflictStudy(CONFLICT, { signal })).rejects.toThrow(AbortedError);
  await expect(own.memberStudy({ ...COUNT, settings: [] })).rejects.toThrow(InputError);
});
