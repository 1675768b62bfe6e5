/** Keeps the counts of the bench of recipes: one after the other, with their progress, each until it is asked anew. */
import type { StoreApi } from 'zustand';
import { AbortedError, messageOf, throwIfAborted } from '../../base/errors.ts';
import type { LabEngine, StudyOptions, StudyRequest, StudyResult } from '../../engine/types.ts';
import type { LabState } from '../types.ts';
import type { Measuring } from './microscopeTypes.ts';
import type { RecipeAnswers, RecipeQuestion, RecipesActions } from './recipesTypes.ts';

/** How often a study is asked again that the engine gave up: its planes were replaced by others. */
const N_TRIES = 3;

/** As engine.study, asked again where the engine, not the caller, gave it up. */
export async function patientStudy(
  engine: LabEngine,
  request: StudyRequest,
  options: StudyOptions,
): Promise<StudyResult> {
  for (let n = 1; ; n++) {
    try {
      return await engine.study(request, options);
    } catch (error) {
      if (!(error instanceof AbortedError) || options.signal?.aborted || n === N_TRIES) throw error;
    }
  }
}

/** The part of a progress that is one of several equal steps. */
export function stepOf(
  options: Required<StudyOptions>,
  step: number,
  nSteps: number,
): Required<StudyOptions> {
  return {
    signal: options.signal,
    onProgress: (fraction) => options.onProgress((step + fraction) / nSteps),
  };
}

export function createRecipesKeeper(store: StoreApi<LabState>): RecipesActions {
  const asked = new Map<RecipeQuestion, AbortController>();
  /** The count before; it never rejects. */
  let turn: Promise<void> = Promise.resolve();

  const put = <Q extends RecipeQuestion>(
    question: Q,
    status: Measuring<RecipeAnswers[Q]> | undefined,
  ): void => {
    const { recipeBench } = store.getState();
    const { [question]: _, ...others } = recipeBench.answers;
    const answers = status === undefined ? others : { ...others, [question]: status };
    store.setState({ recipeBench: { ...recipeBench, answers } });
  };
  const cancel = (question: RecipeQuestion) => {
    const old = asked.get(question);
    if (!old) return;
    asked.delete(question);
    old.abort();
    put(question, undefined);
  };
  return {
    lookAtRecipes(part) {
      const { recipeBench } = store.getState();
      store.setState({ recipeBench: { ...recipeBench, look: { ...recipeBench.look, ...part } } });
    },
    countRecipes(question, job) {
      cancel(question);
      const mine = new AbortController();
      const { signal } = mine;
      asked.set(question, mine);
      let shown = 0;
      const say = (fraction: number) => {
        const percent = Math.floor(100 * fraction);
        const words = percent > 0 ? `Counting … ${percent}%` : 'Counting …';
        put(question, { status: 'loading', words, fraction });
      };
      const onProgress = (fraction: number) => {
        // A percent at a time: no more drawing than there is to see.
        if (signal.aborted || Math.floor(100 * fraction) <= shown) return;
        shown = Math.floor(100 * fraction);
        say(fraction);
      };
      say(0);
      const answer = async () => {
        try {
          throwIfAborted(signal);
          const value = await job(store.getState().engine, { signal, onProgress });
          throwIfAborted(signal);
          put(question, { status: 'ready', value });
        } catch (error) {
          // Taken back here: cancel() has cleared it already.
          if (!signal.aborted) put(question, { status: 'failed', message: messageOf(error) });
        } finally {
          if (asked.get(question) === mine) asked.delete(question);
        }
      };
      turn = turn.then(answer);
    },
    cancelRecipes: cancel,
  };
}
