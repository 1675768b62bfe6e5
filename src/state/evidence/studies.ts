/**
 * Keeps the studies of all queries up to date, in the background: what the sliders stand at, the ends, the tracks along each
 * slider, the grid over two of them, the classifications. A slider is answered between the parts of a study (engine.study);
 * what depends on factors is asked anew when they come to rest.
 */
import type { StoreApi } from 'zustand';
import { AbortedError, messageOf } from '../../base/errors.ts';
import type { StudyOptions, StudyRequest, StudyResult } from '../../engine/types.ts';
import { defaultFactors, spacesRead } from '../../recipe/coefficients.ts';
import { evenly, gridOf, sliderOf, slidersOf, withValue, type Slider } from '../../recipe/sliders.ts';
import type { Factors, Recipe } from '../../recipe/types.ts';
import { CLASS_TASKS, DIRECTIONS, isClassTask, TASKS } from '../../world/tasks.ts';
import type { TaskId } from '../../world/types.ts';
import { factorsOf, recipeOf } from '../selectors.ts';
import type { Ends, Grid, LabState, ShiftLine, Status, Studies } from '../types.ts';
import { createStudyQueue, type StudyJob } from './studyQueue.ts';

/** Values of a slider in a grid, a track and a curve. */
export const N_STEPS = 21;

/** How often a study is asked again that the engine gave up. */
const N_TRIES = 3;

export const NO_STUDIES: Studies = {
  ends: { status: 'idle' },
  current: undefined,
  grid: { status: 'idle' },
  tracks: {},
  shift: {},
};

export interface StudyKeeper {
  /** A slider moved: `current` is counted again, one count at a time, always for the newest factors. */
  moved(): void;
  /** Sliders came to rest, or another task or other axes are looked at: what they change is counted again. */
  rested(): void;
  /** Asks again for what failed. */
  retry(): void;
  /** Another recipe or other members: everything is counted anew. */
  renew(): void;
  /** The evidence was opened: the classifications are counted too. */
  opened(): void;
  /** Other prompts stand for the classes: the classifications are counted anew. */
  reworded(): void;
  /** Curves along a slider under a condition. @throws InputError on a slider the recipe has not. */
  shift(conditionId: string, sliderId: string): void;
}

/** The sliders of the landscape: those chosen for the recipe, or its last one across and its first one up. */
export function axesOf(state: LabState): [x: Slider, y: Slider] | undefined {
  const recipe = recipeOf(state);
  const sliders = slidersOf(recipe);
  const chosen = state.axes[recipe.id];
  const find = (id: string | undefined) => sliders.find((slider) => slider.id === id);
  const x = find(chosen?.x) ?? sliders.at(-1);
  const y = find(chosen?.y) ?? sliders.find((slider) => slider !== x);
  return x && y && x !== y ? [x, y] : undefined;
}

/** Names the factors but for some sliders: what a study along those depends on. */
function restOf(factors: Factors, sliders: readonly Slider[]): string {
  return JSON.stringify(sliders.reduce((rest, slider) => withValue(rest, slider, 0), factors));
}

/** Every slider of a recipe at its expert end. */
function expertFactors(recipe: Recipe): Factors {
  return slidersOf(recipe).reduce((factors, slider) => withValue(factors, slider, 1), defaultFactors(recipe));
}

/** One setting of a study, as a study of its own. */
function oneSetting(result: StudyResult, setting: number): StudyResult {
  return Object.fromEntries(
    Object.entries(result).map(([task, answers]) => {
      const nAnswers = answers.ranks.length / answers.nSettings;
      const ranks = answers.ranks.subarray(setting * nAnswers, (setting + 1) * nAnswers);
      return [task, { ...answers, nSettings: 1, ranks }];
    }),
  );
}

export function createStudies(store: StoreApi<LabState>): StudyKeeper {
  const { engine } = store.getState();
  /** Raised by renew(): answers of before it are dropped. */
  let generation = 0;
  /** Classifications need prompts to be encoded: they join the other tasks once that was done. */
  let classes: 'not asked for' | 'asked for' | 'ready' = 'not asked for';
  const say = (error: unknown) => store.setState({ notice: messageOf(error) });
  const queue = createStudyQueue(['ends', 'tracks', 'shift', 'grid', 'classes'], say);
  /** Beside the others: the engine answers it between the parts of a long study. */
  const moves = createStudyQueue(['current'], say);

  const studies = () => store.getState().studies;
  const put = (part: Partial<Studies>) => store.setState({ studies: { ...studies(), ...part } });
  /**
   * As engine.study, but rejects when the answer would come too late: of another recipe, or of other prompts. Where the
   * engine gave the study up itself (its planes were replaced), it is asked again.
   */
  const study = async (request: StudyRequest, options: StudyOptions, mine: number): Promise<StudyResult> => {
    const { templates } = store.getState();
    for (let n = 1; ; n++) {
      try {
        const result = await engine.study({ ...request, templates }, options);
        const reworded = request.tasks.some(isClassTask) && store.getState().templates !== templates;
        if (mine !== generation || reworded) throw new AbortedError();
        return result;
      } catch (error) {
        const wanted =
          mine === generation && !options.signal?.aborted && store.getState().templates === templates;
        if (!(error instanceof AbortedError) || !wanted || n === N_TRIES) throw error;
      }
    }
  };
  /** Shows a failure where the study would stand; where an older one stands already, the failure is a notice. */
  const guarded = async <T>(
    now: () => Status<T> | undefined,
    show: (status: Status<T>) => void,
    mine: number,
    job: () => Promise<void>,
  ) => {
    try {
      await job();
    } catch (error) {
      if (error instanceof AbortedError || mine !== generation) throw new AbortedError();
      if (now()?.status === 'ready') throw error;
      show({ status: 'failed', message: messageOf(error) });
    }
  };

  /** Directions and classes one after the other: prompts that cannot be encoded take no direction with them. */
  const countCurrent: StudyJob = async (signal) => {
    const mine = generation;
    const state = store.getState();
    const factors = factorsOf(state);
    const subject = { recipeId: state.recipeId };
    const settings = [factors];
    const directions = await study({ subject, settings, tasks: DIRECTIONS }, { signal }, mine);
    const old = studies().current;
    const known = old && JSON.stringify(old.factors) === JSON.stringify(factors) ? old.result : {};
    put({ current: { factors, result: { ...known, ...directions } } });
    if (classes !== 'ready') return;
    const named = await study({ subject, settings, tasks: CLASS_TASKS }, { signal }, mine);
    put({ current: { factors, result: { ...directions, ...named } } });
  };

  const countEnds = async (tasks: readonly TaskId[], signal: AbortSignal): Promise<void> => {
    const mine = generation;
    const recipe = recipeOf(store.getState());
    const show = (ends: Status<Ends>) => put({ ends });
    if (studies().ends.status !== 'ready') show({ status: 'loading', words: 'Counting both ends …' });
    await guarded(
      () => studies().ends,
      show,
      mine,
      async () => {
        const settings = [defaultFactors(recipe), expertFactors(recipe)];
        const both = await study({ subject: { recipeId: recipe.id }, settings, tasks }, { signal }, mine);
        const spaces: Record<string, StudyResult> = {};
        const failures: unknown[] = [];
        for (const spaceId of spacesRead(recipe)) {
          try {
            spaces[spaceId] = await study({ subject: { spaceId }, settings: [{}], tasks }, { signal }, mine);
          } catch (error) {
            if (error instanceof AbortedError) throw error;
            failures.push(error); // one space that cannot be read takes no other with it
          }
        }
        const { ends } = studies();
        const old = ends.status === 'ready' ? ends.value : undefined;
        const merged = Object.entries(spaces).map(([id, found]) => [id, { ...old?.spaces[id], ...found }]);
        show({
          status: 'ready',
          value: {
            recipeId: recipe.id,
            base: { ...old?.base, ...oneSetting(both, 0) },
            expert: { ...old?.expert, ...oneSetting(both, 1) },
            spaces: { ...old?.spaces, ...Object.fromEntries(merged) },
          },
        });
        if (failures.length > 0) throw failures[0];
      },
    );
  };

  /** The task that is looked at, along every slider. */
  const countTracks: StudyJob = async (signal) => {
    const mine = generation;
    const state = store.getState();
    const recipe = recipeOf(state);
    const factors = factorsOf(state);
    const values = evenly(N_STEPS);
    for (const slider of slidersOf(recipe)) {
      const old = studies().tracks[slider.id];
      const fits = old && restOf(old.factors, [slider]) === restOf(factors, [slider]);
      if (fits && old.result[state.task]) continue;
      const settings = values.map((value) => withValue(factors, slider, value));
      const subject = { recipeId: recipe.id };
      const tasks = isClassTask(state.task) && classes !== 'ready' ? [] : [state.task];
      const found = await study({ subject, settings, tasks }, { signal }, mine);
      const track = { slider, values, factors, result: { ...(fits && old.result), ...found } };
      put({ tracks: { ...studies().tracks, [slider.id]: track } });
    }
  };

  const countGrid = async (tasks: readonly TaskId[], signal: AbortSignal): Promise<void> => {
    const mine = generation;
    const state = store.getState();
    const axes = axesOf(state);
    if (!axes) return;
    const [x, y] = axes;
    const { grid } = state.studies;
    const old =
      grid.status === 'ready' &&
      grid.value.x.id === x.id &&
      grid.value.y.id === y.id &&
      restOf(grid.value.settings[0]!, axes) === restOf(factorsOf(state), axes)
        ? grid.value
        : undefined;
    const missing = tasks.filter((id) => !old?.result[id]);
    if (missing.length === 0) return;
    const xs = evenly(N_STEPS);
    const ys = evenly(N_STEPS);
    const settings = gridOf(factorsOf(state), x, y, xs, ys);
    const show = (status: Status<Grid>) => put({ grid: status });
    const onProgress = (fraction: number) => {
      if (old || mine !== generation) return;
      const words = `Counting ${settings.length} settings … ${Math.floor(fraction * 100)}%`;
      show({ status: 'loading', words });
    };
    onProgress(0);
    const count = async () => {
      const subject = { recipeId: state.recipeId };
      const found = await study({ subject, settings, tasks: missing }, { signal, onProgress }, mine);
      const result = { ...old?.result, ...found };
      show({ status: 'ready', value: { recipeId: state.recipeId, x, y, xs, ys, settings, result } });
    };
    await guarded(() => studies().grid, show, mine, count);
  };

  /** Classes need the text encoders: they are counted once the evidence is looked at. */
  const countClasses: StudyJob = async (signal) => {
    if (studies().ends.status !== 'ready') await countEnds(DIRECTIONS, signal);
    await countEnds(CLASS_TASKS, signal);
    if (studies().ends.status !== 'ready') return;
    classes = 'ready';
    moves.ask('current', countCurrent);
    await countTracks(signal);
    await countGrid(DIRECTIONS, signal);
    await countGrid(CLASS_TASKS, signal);
  };

  const askClasses = () => {
    classes = 'asked for';
    queue.ask('classes', countClasses, true);
  };
  const askRested = () => {
    moves.ask('current', countCurrent);
    if (studies().ends.status === 'failed') queue.ask('ends', (signal) => countEnds(DIRECTIONS, signal));
    queue.ask('tracks', countTracks, true);
    queue.ask(
      'grid',
      async (signal) => {
        await countGrid(DIRECTIONS, signal);
        if (classes === 'ready') await countGrid(CLASS_TASKS, signal);
      },
      true,
    );
  };
  return {
    moved() {
      moves.ask('current', countCurrent);
    },
    rested: askRested,
    retry() {
      askRested();
      if (classes === 'asked for') askClasses();
    },
    renew() {
      generation++;
      queue.clear();
      moves.clear();
      put(NO_STUDIES);
      queue.ask('ends', (signal) => countEnds(DIRECTIONS, signal));
      if (classes !== 'not asked for') askClasses();
      askRested();
    },
    opened() {
      if (classes !== 'not asked for') return;
      classes = 'asked for';
      // Before the first renew() nothing is counted; it asks for the classes itself.
      if (generation > 0) askClasses();
    },
    reworded() {
      if (classes === 'not asked for') return;
      const { ends, grid, current } = studies();
      const without = (result: StudyResult): StudyResult => {
        const { 'audio>class': _, 'image>class': __, ...rest } = result;
        return rest;
      };
      if (ends.status === 'ready') {
        const { base, expert, spaces } = ends.value;
        const bare = Object.entries(spaces).map(([id, result]) => [id, without(result)]);
        const value = { ...ends.value, base: without(base), expert: without(expert) };
        put({ ends: { status: 'ready', value: { ...value, spaces: Object.fromEntries(bare) } } });
      }
      if (grid.status === 'ready') {
        put({ grid: { status: 'ready', value: { ...grid.value, result: without(grid.value.result) } } });
      }
      if (current) put({ current: { ...current, result: without(current.result) } });
      put({ tracks: {} });
      queue.ask('tracks', countTracks, true);
      askClasses();
    },
    shift(conditionId, sliderId) {
      const mine = generation;
      const state = store.getState();
      const slider = sliderOf(recipeOf(state), sliderId);
      const factors = factorsOf(state);
      const known = studies().shift[conditionId];
      const fits =
        known?.status === 'ready' &&
        known.value.slider.id === sliderId &&
        known.value.result[state.task] !== undefined &&
        restOf(known.value.factors, [slider]) === restOf(factors, [slider]);
      if (fits) return;
      const show = (line: Status<ShiftLine>) => put({ shift: { ...studies().shift, [conditionId]: line } });
      show({ status: 'loading', words: 'Counting …' });
      const count = async (signal: AbortSignal) => {
        const values = evenly(N_STEPS);
        const settings = values.map((value) => withValue(factors, slider, value));
        const subject = { recipeId: state.recipeId };
        const tasks = isClassTask(state.task) ? TASKS : DIRECTIONS;
        const request = { subject, settings, tasks, conditionId };
        const result = await study(request, { signal }, mine);
        show({ status: 'ready', value: { conditionId, slider, values, factors, result } });
      };
      queue.ask(
        `shift ${conditionId}`,
        (signal) =>
          guarded(
            () => studies().shift[conditionId],
            show,
            mine,
            () => count(signal),
          ),
        true,
      );
    },
  };
}
