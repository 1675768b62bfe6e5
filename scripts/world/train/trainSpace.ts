/** One training loop for all three spaces: a batch of each modality, symmetric InfoNCE over the pairs they have. */
import { jit, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import type { CurvePoint } from '../../../src/world/figures.ts';
import { createRandom, type Random } from '../../../src/base/random.ts';
import { infoNce } from './contrastive.ts';
import { adamRate, adamStep, initAdam, type AdamState } from './optimiser.ts';
import { borrow, constant, toHost, type HostParams, type Params } from './params.ts';
import { TRAINING } from './schedule.ts';
import { initMixer, initText, mixer, text, unitRows, type MixerShape, type TextShape } from './towers.ts';
import { AUDIO_PATCH, IMAGE_PATCH } from './augment.ts';

/** What one step sees. Patches [n, 64, P], counts [n, V]; targets as rightAnswers() makes them. */
export interface Batch {
  image?: Float32Array;
  audio?: Float32Array;
  text?: Float32Array;
  /** Pairs of modalities, with how many of the first rows of the second one take part. */
  targets: { rows: Float32Array; columns: Float32Array }[];
}

export interface SpacePlan {
  id: string;
  dim: number;
  vocabulary?: number;
  /** [first, second, rows of first, rows of second] of each loss term: the first rows of each batch take part. */
  pairs: { a: Tower; b: Tower; nA: number; nB: number }[];
  nextBatch: (random: Random) => Batch;
}
export type Tower = 'image' | 'audio' | 'text';

const mixerShape = (patchSize: number, dim: number): MixerShape => ({ ...TRAINING.mixer, patchSize, dim });
const textShape = (plan: SpacePlan): TextShape => ({
  ...TRAINING.text,
  vocabulary: plan.vocabulary ?? 0,
  dim: plan.dim,
});

/** Weights of one tower out of the flat record, without the prefix. */
function towerParams(params: Params, tower: Tower): Params {
  const prefix = `${tower}/`;
  return Object.fromEntries(
    Object.entries(params)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
}

function initSpace(plan: SpacePlan, random: Random): Params {
  const params: Params = { 'scale/log': constant([], TRAINING.logScale) };
  const add = (tower: Tower, weights: Params) => {
    for (const [name, value] of Object.entries(weights)) params[`${tower}/${name}`] = value;
  };
  const towers = new Set(plan.pairs.flatMap(({ a, b }) => [a, b]));
  if (towers.has('image')) add('image', initMixer(random, mixerShape(IMAGE_PATCH, plan.dim)));
  if (towers.has('audio')) add('audio', initMixer(random, mixerShape(AUDIO_PATCH, plan.dim)));
  if (towers.has('text')) add('text', initText(random, textShape(plan)));
  return params;
}

type Inputs = Record<string, np.Array>;

function spaceLoss(plan: SpacePlan, params: Params, inputs: Inputs): np.Array {
  const embedded: Partial<Record<Tower, np.Array>> = {};
  for (const tower of ['image', 'audio', 'text'] as const) {
    const x = inputs[tower];
    if (!x) continue;
    const weights = towerParams(params, tower);
    const y =
      tower === 'text'
        ? text(weights, textShape(plan), x)
        : mixer(weights, mixerShape(tower === 'image' ? IMAGE_PATCH : AUDIO_PATCH, plan.dim), x);
    embedded[tower] = unitRows(y);
  }
  const scale = np.exp(np.minimum(params['scale/log']!.ref, TRAINING.maxLogScale));
  let loss: np.Array | undefined;
  plan.pairs.forEach(({ a, b, nA, nB }, i) => {
    const left = embedded[a]!.ref.slice([0, nA]);
    const right = embedded[b]!.ref.slice([0, nB]);
    const term = infoNce(left, right, scale.ref, inputs[`rows${i}`]!, inputs[`columns${i}`]!);
    loss = loss ? loss.add(term) : term;
  });
  for (const value of Object.values(embedded)) value.dispose();
  scale.dispose();
  return loss!.div(plan.pairs.length);
}

/** Trains one space from its seed and returns its weights ("image/patch.weight", ...) and its learning curve. */
export async function trainSpace(
  plan: SpacePlan,
  report: (point: CurvePoint) => void,
): Promise<{ weights: HostParams; curve: CurvePoint[] }> {
  const random = createRandom(TRAINING.seed);
  let params = initSpace(plan, random);
  let state: AdamState = initAdam(params);
  const gradient = valueAndGrad((p: Params, inputs: Inputs) => {
    const loss = spaceLoss(plan, p, inputs);
    tree.dispose(p);
    return loss;
  });
  const step = jit((p: Params, s: AdamState, inputs: Inputs, rate: np.Array, decay: np.Array) => {
    const [loss, gradients] = gradient(borrow(p), inputs);
    const [nextParams, nextState] = adamStep(p, gradients as Params, s, rate, decay);
    return [nextParams, nextState, loss];
  });
  const curve: CurvePoint[] = [];
  const started = performance.now();
  let sum = 0;
  let count = 0;
  for (let t = 0; t < TRAINING.nSteps; t++) {
    const batch = plan.nextBatch(random);
    const inputs: Inputs = {};
    if (batch.image) inputs.image = np.array(batch.image).reshape([-1, 64, IMAGE_PATCH]);
    if (batch.audio) inputs.audio = np.array(batch.audio).reshape([-1, 64, AUDIO_PATCH]);
    if (batch.text) inputs.text = np.array(batch.text).reshape([-1, plan.vocabulary!]);
    plan.pairs.forEach(({ nA, nB }, i) => {
      inputs[`rows${i}`] = np.array(batch.targets[i]!.rows).reshape([nA, nB]);
      inputs[`columns${i}`] = np.array(batch.targets[i]!.columns).reshape([nA, nB]);
    });
    const { rate, plain } = adamRate(t, TRAINING.nSteps, TRAINING.peakRate, TRAINING.nWarmUp);
    const [nextParams, nextState, loss] = step(
      params,
      state,
      inputs,
      np.array(rate),
      np.array(plain * TRAINING.weightDecay),
    ) as unknown as [Params, AdamState, np.Array];
    params = nextParams;
    state = nextState;
    const value = ((await loss.data()) as Float32Array)[0]!;
    if (!Number.isFinite(value)) throw new Error(`Training of ${plan.id} diverged at step ${t}.`);
    sum += value;
    count++;
    if (t % 10 === 9 || t === TRAINING.nSteps - 1) {
      const seconds = (performance.now() - started) / 1000;
      const point = { step: t + 1, loss: sum / count, learningRate: plain, seconds };
      curve.push(point);
      report(point);
      sum = 0;
      count = 0;
    }
  }
  const weights = await toHost(params);
  tree.dispose(params);
  tree.dispose(state);
  return { weights, curve };
}

/** Embeds patches or counts in chunks with one trained tower (fp32): unit rows [n, dim]. */
export async function embedWith(
  weights: Params,
  plan: { dim: number; vocabulary?: number },
  tower: Tower,
  n: number,
  fill: (first: number, count: number) => Float32Array,
): Promise<Float32Array> {
  const chunk = 128;
  const rowSize = tower === 'text' ? plan.vocabulary! : 64 * (tower === 'image' ? IMAGE_PATCH : AUDIO_PATCH);
  const run = jit((p: Params, x: np.Array) => {
    const y =
      tower === 'text'
        ? text(p, textShape(plan as SpacePlan), x)
        : mixer(p, mixerShape(tower === 'image' ? IMAGE_PATCH : AUDIO_PATCH, plan.dim), x);
    tree.dispose(p);
    return unitRows(y);
  });
  const out = new Float32Array(n * plan.dim);
  for (let first = 0; first < n; first += chunk) {
    const count = Math.min(chunk, n - first);
    const padded = new Float32Array(chunk * rowSize);
    padded.set(fill(first, count));
    const x = np.array(padded).reshape(tower === 'text' ? [chunk, rowSize] : [chunk, 64, rowSize / 64]);
    const y = (await run(borrow(weights), x).data()) as Float32Array;
    out.set(y.subarray(0, count * plan.dim), first * plan.dim);
  }
  return out;
}
