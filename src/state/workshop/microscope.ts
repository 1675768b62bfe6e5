/**
 * Keeps the microscope's reports: asked for one after the other (a cost that is timed stands alone), shown with their
 * progress, kept while what was asked stays the same.
 */
import type { StoreApi } from 'zustand';
import { AbortedError, messageOf, throwIfAborted } from '../../base/errors.ts';
import type { LabState } from '../types.ts';
import type {
  Ask,
  MeasuredReports,
  Measuring,
  MicroscopeActions,
  QuestionId,
  Reports,
} from './microscopeTypes.ts';

/** Reports kept of each question: as many settings as a person goes back and forth between. */
const N_KEPT = 12;

const WAITS = 'Waiting for the question before …';

interface Asked {
  key: string;
  abort: AbortController;
}

export function createMicroscopeKeeper(store: StoreApi<LabState>): MicroscopeActions {
  const asked = new Map<QuestionId, Asked>();
  /** The question before; it never rejects. */
  let turn: Promise<void> = Promise.resolve();
  let nWaiting = 0;

  const reportsOf = <Q extends QuestionId>(question: Q): MeasuredReports[Q] =>
    store.getState().microscope.reports[question];
  const put = <Q extends QuestionId>(
    question: Q,
    key: string,
    status: Measuring<Reports[Q]> | undefined,
  ): void => {
    const { [key]: _, ...others } = reportsOf(question) as Record<string, Measuring<Reports[Q]>>;
    const entries = Object.entries(status === undefined ? others : { ...others, [key]: status });
    const { microscope } = store.getState();
    const reports = { ...microscope.reports, [question]: Object.fromEntries(entries.slice(-N_KEPT)) };
    store.setState({ microscope: { ...microscope, reports } });
  };
  /** Progress is shown a percent at a time: no more drawing than there is to see. */
  const follower = (question: QuestionId, key: string) => {
    let shown = 0;
    return (fraction: number) => {
      const percent = Math.floor(100 * fraction);
      if (percent <= shown) return;
      shown = percent;
      put(question, key, { status: 'loading', words: `Measuring … ${percent}%`, fraction });
    };
  };
  const cancelOne = (question: QuestionId) => {
    const old = asked.get(question);
    if (!old) return;
    asked.delete(question);
    old.abort.abort();
    put(question, old.key, undefined);
  };
  const answer = async <Q extends QuestionId>(question: Q, ask: Ask<Q>, mine: Asked): Promise<void> => {
    const { signal } = mine.abort;
    const follow = follower(question, ask.key);
    const onProgress = (fraction: number) => {
      if (!signal.aborted) follow(fraction);
    };
    try {
      throwIfAborted(signal);
      put(question, ask.key, { status: 'loading', words: 'Measuring …', fraction: 0 });
      const value = await ask.run(store.getState().engine.microscope, { signal, onProgress });
      throwIfAborted(signal);
      put(question, ask.key, { status: 'ready', value });
    } catch (error) {
      // Taken back here: cancelOne() has cleared it already.
      if (signal.aborted) return;
      const gone = error instanceof AbortedError;
      put(question, ask.key, gone ? undefined : { status: 'failed', message: messageOf(error) });
    } finally {
      if (asked.get(question) === mine) asked.delete(question);
    }
  };

  return {
    lookAt(part) {
      const { microscope } = store.getState();
      store.setState({ microscope: { ...microscope, look: { ...microscope.look, ...part } } });
    },
    measure(question, ask) {
      cancelOne(question);
      const mine = { key: ask.key, abort: new AbortController() };
      asked.set(question, mine);
      put(question, ask.key, { status: 'loading', words: nWaiting > 0 ? WAITS : 'Measuring …', fraction: 0 });
      nWaiting++;
      turn = turn.then(() => answer(question, ask, mine)).finally(() => nWaiting--);
    },
    cancelMeasuring(question) {
      for (const id of question === undefined ? [...asked.keys()] : [question]) cancelOne(id);
    },
  };
}
