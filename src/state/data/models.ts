/** Encoders on their way in: repositories looked up and fetched, single graphs tried out and kept. */
import type { StoreApi } from 'zustand';
import { AbortedError, InputError, messageOf } from '../../base/errors.ts';
import type { LabState } from '../types.ts';
import type { DataActions, DataSession, SingleStage } from './types.ts';

type ModelActions = Pick<
  DataActions,
  'inspectRepo' | 'download' | 'proposeEncoder' | 'setSpec' | 'tryEncoder' | 'keepEncoder' | 'closeEncoder'
>;

/** "owner/name" of what a person typed or pasted. @throws InputError */
export function repoOf(text: string): string {
  const path = text.trim().replace(/^https?:\/\/[^/]+\//, '');
  const found = /^(\w[\w.-]*\/\w[\w.-]*)(?:\/|$)/.exec(path)?.[1];
  if (!found) {
    throw new InputError(
      `“${text.trim()}” is no repository: write it as owner/name, for example Xenova/clip-vit-base-patch32.`,
    );
  }
  return found;
}

export function createModelActions(store: StoreApi<LabState>): ModelActions {
  const data = () => store.getState().data;
  const put = (part: Partial<DataSession>) => store.setState({ data: { ...data(), ...part } });
  const putSingle = (single: SingleStage) => put({ single });
  let looking: AbortController | undefined;
  /** Counts proposals and specs: an answer to one of before is dropped. */
  let turn = 0;

  return {
    async inspectRepo(text) {
      looking?.abort();
      const request = new AbortController();
      looking = request;
      let repo = text.trim();
      try {
        repo = repoOf(text);
        put({ inspected: { repo, plan: { status: 'loading', words: `Looking what ${repo} holds …` } } });
        const value = await store.getState().engine.models.inspect(repo, request.signal);
        if (!request.signal.aborted) put({ inspected: { repo, plan: { status: 'ready', value } } });
      } catch (error) {
        if (request.signal.aborted) return;
        put({ inspected: { repo, plan: { status: 'failed', message: messageOf(error) } } });
      }
    },
    async download(repo, precision) {
      try {
        await store.getState().engine.models.download(repo, precision);
      } catch (error) {
        if (error instanceof AbortedError) return;
        // A download that broke off says why itself; one that never began is said here.
        const told = store
          .getState()
          .engine.models.downloads()
          .some((one) => one.repo === repo);
        if (!told) store.getState().fail(messageOf(error));
      }
    },
    async proposeEncoder(given) {
      const mine = ++turn;
      putSingle({ status: 'reading', words: 'Reading the graph …' });
      try {
        const files = await given;
        if (files.length === 0) throw new InputError('There is no file in it: choose an ONNX file.');
        const proposal = await store.getState().engine.models.propose(files);
        if (mine !== turn) return;
        const { spec } = proposal;
        putSingle({ status: 'proposed', proposal, spec, dryRun: { status: 'idle' }, keeping: false });
      } catch (error) {
        if (mine === turn) putSingle({ status: 'failed', message: messageOf(error) });
      }
    },
    setSpec(spec) {
      const { single } = data();
      if (single.status !== 'proposed' || single.keeping) return;
      turn++;
      putSingle({
        status: 'proposed',
        proposal: single.proposal,
        spec,
        dryRun: { status: 'idle' },
        keeping: false,
      });
    },
    async tryEncoder() {
      const { single } = data();
      if (single.status !== 'proposed') return;
      const mine = ++turn;
      const { proposal, spec } = single;
      putSingle({ ...single, dryRun: { status: 'loading', words: 'Running it once …' } });
      const answer = async (): Promise<DryRunStatus> => {
        try {
          return { status: 'ready', value: await store.getState().engine.models.dryRun(proposal, spec) };
        } catch (error) {
          return { status: 'failed', message: messageOf(error) };
        }
      };
      const dryRun = await answer();
      const now = data().single;
      if (mine === turn && now.status === 'proposed') putSingle({ ...now, dryRun });
    },
    async keepEncoder() {
      const { single } = data();
      if (single.status !== 'proposed' || single.keeping) return;
      const { message: _, ...rest } = single;
      putSingle({ ...rest, keeping: true });
      try {
        const encoderId = await store.getState().engine.models.addEncoder(single.proposal, single.spec);
        putSingle({ status: 'kept', encoderId });
      } catch (error) {
        putSingle({ ...rest, keeping: false, message: messageOf(error) });
      }
    },
    closeEncoder() {
      turn++;
      putSingle({ status: 'idle' });
    },
  };
}

type DryRunStatus = Extract<SingleStage, { status: 'proposed' }>['dryRun'];
