/** Files on their way to a collection: read, understood, chosen of, kept. */
import type { StoreApi } from 'zustand';
import { AbortedError, InputError, messageOf, throwIfAborted } from '../../base/errors.ts';
import type { NamedFile } from '../../engine/exchange/types.ts';
import type { Intake } from '../../engine/intake/types.ts';
import type { LabState } from '../types.ts';
import { countsOfPlan, proposedSpaces } from './encodeChoice.ts';
import type { DataActions, IntakeForm, IntakeStage } from './types.ts';

type IntakeActions = Pick<DataActions, 'takeIn' | 'setIntake' | 'keepIntake' | 'closeIntake'>;

const shareOf = ({ done, of }: { done: number; of: number }) => (of > 0 ? done / of : 0);

/** What is chosen before a person chose: what the desk proposes. */
export function openForm(intake: Intake, files: readonly NamedFile[]): IntakeForm {
  const { media, arrays, saved } = intake;
  const folder = files.find(({ path }) => path.includes('/'))?.path.split('/')[0];
  const single = files.length === 1 ? files[0]!.path.replace(/\.\w+$/, '') : undefined;
  return {
    intake,
    files,
    name: saved?.name ?? arrays?.proposal.name ?? folder ?? single ?? 'My collection',
    mapping: arrays?.proposal,
    problem: undefined,
    spaceIds: media ? proposedSpaces(countsOfPlan(media)) : [],
  };
}

export function createIntakeActions(store: StoreApi<LabState>): IntakeActions {
  const put = (intake: IntakeStage) => store.setState({ data: { ...store.getState().data, intake } });
  const stage = () => store.getState().data.intake;
  /** Files that were not kept are let go. */
  const letGo = () => {
    const now = stage();
    if (now.status === 'reading' || now.status === 'keeping') now.cancel();
    const left = stage();
    if (left.status === 'understood') store.getState().engine.intake.forget(left.form.intake.id);
  };
  return {
    async takeIn(given) {
      letGo();
      const request = new AbortController();
      const { signal } = request;
      const cancel = () => {
        request.abort();
        put({ status: 'idle' });
      };
      // Progress comes from a worker: some of it arrives after the answer.
      let over = false;
      const say = (words: string, fraction: number) => {
        if (!over && !signal.aborted) put({ status: 'reading', words, fraction, cancel });
      };
      say('Looking what is there …', 0);
      try {
        const files = await given;
        throwIfAborted(signal);
        if (files.length === 0) {
          throw new InputError('There is no file in it: drop files, a folder or a zip.');
        }
        const { engine } = store.getState();
        const intake = await engine.intake.understand(files, {
          signal,
          onProgress: ({ words, ...progress }) => say(words, shareOf(progress)),
        });
        over = true;
        if (signal.aborted) return engine.intake.forget(intake.id);
        put({ status: 'understood', form: withProblem(openForm(intake, files)) });
      } catch (error) {
        over = true;
        if (signal.aborted) return;
        put(
          error instanceof AbortedError
            ? { status: 'idle' }
            : { status: 'failed', message: messageOf(error) },
        );
      }
    },
    setIntake(part) {
      const now = stage();
      if (now.status !== 'understood') return;
      put({ status: 'understood', form: withProblem({ ...now.form, ...part }) });
    },
    async keepIntake() {
      const now = stage();
      if (now.status !== 'understood') return;
      const { form } = now;
      const request = new AbortController();
      const { signal } = request;
      const back = (message?: string) =>
        put({ status: 'understood', form, ...(message !== undefined && { message }) });
      const cancel = () => {
        request.abort();
        back();
      };
      let over = false;
      const say = (words: string, fraction: number) => {
        if (!over && !signal.aborted) put({ status: 'keeping', form, words, fraction, cancel });
      };
      say('Keeping it …', 0);
      const { engine } = store.getState();
      const { intake, mapping, spaceIds } = form;
      const name = form.name.trim();
      try {
        const report = await engine.intake.keep(intake, {
          name,
          ...(mapping && { mapping: { ...mapping, name } }),
          signal,
          onProgress: ({ words, ...progress }) => say(words, shareOf(progress)),
        });
        over = true;
        if (!signal.aborted) put({ status: 'kept', name, report });
        const { collectionId } = report;
        if (collectionId !== undefined && intake.media && spaceIds.length > 0) {
          await store.getState().attempt(() => engine.collections.encode(collectionId, spaceIds));
        }
      } catch (error) {
        over = true;
        if (!signal.aborted) back(error instanceof AbortedError ? undefined : messageOf(error));
      }
    },
    closeIntake() {
      letGo();
      put({ status: 'idle' });
    },
  };

  function withProblem(form: IntakeForm): IntakeForm {
    const { intake, mapping } = form;
    if (!mapping) return form;
    return { ...form, problem: store.getState().engine.intake.problemOf(intake, mapping) };
  }
}
