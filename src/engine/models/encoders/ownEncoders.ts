/** The page's side of encoders of kept models and single graphs: media are decoded here, all else happens in one worker. */
import { proxy, transfer, type Remote } from 'comlink';
import { DisposedError, InputError, ModelError, throwIfAborted } from '../../../base/errors.ts';
import { createWindows } from '../../training/windows.ts';
import { abortable } from '../../workers/abortPort.ts';
import { RestartableWorker } from '../../workers/restartableWorker.ts';
import { SerialLock } from '../../workers/serialLock.ts';
import type { Backend, OwnInput } from '../../types.ts';
import type { EncoderProposal, EncoderSpec, Models, OwnEncoder } from '../types.ts';
import {
  entriesOfModel,
  entryOfGraph,
  idForGraph,
  newestOf,
  shownEncoder,
  spacesOf,
  stampIn,
  type EncoderState,
  type Entry,
  type KeptModels,
} from './encoderList.ts';
import { EncoderStore } from './encoderStore.ts';
import type { OwnStatus, Wanted } from './ownEncoderJob.ts';
import type { OwnEncoderService } from './ownEncoderService.ts';
import type { Choice } from './probe.ts';
import type { GivenFiles } from './proposal.ts';
import { BROWSER_MEDIA, decodeInput, type MediaReader } from './rawMedia.ts';
import { towerOfSpec } from './singleGraph.ts';
import type { SentInput, TowerSource } from './tower.ts';

/** The part of Models that is about encoders. */
export type OwnEncoders = Pick<
  Models,
  | 'spaces'
  | 'encoders'
  | 'setBackend'
  | 'propose'
  | 'dryRun'
  | 'addEncoder'
  | 'removeEncoder'
  | 'encode'
  | 'onChange'
  | 'opened'
  | 'dispose'
> & {
  /** Resolves once the encoders of all models that are kept now are listed. */
  reread(): Promise<void>;
};

export interface OwnEncodersOptions {
  models: KeptModels;
  /** How pictures and sounds are decoded: with what the browser has, where it is left out. */
  media?: MediaReader;
  store?: EncoderStore;
}

const NAME = 'The worker of own encoders';
/** Inputs that are decoded and wait for the worker, at most: a run over thousands must not hold them all. */
const LANES = 2;
/** Proposals that are remembered until one is added. */
const MAX_PROPOSALS = 8;

/** Creates the encoders; the worker is made at the first call. */
export function createOwnEncoders({
  models,
  media = BROWSER_MEDIA,
  store = new EncoderStore(),
}: OwnEncodersOptions): OwnEncoders {
  const listeners = new Set<() => void>();
  const states = new Map<string, EncoderState>();
  const proposed = new Map<string, GivenFiles>();
  const lanes = Array.from({ length: LANES }, () => new SerialLock());
  const refreshing = new SerialLock();
  let nCalls = 0;
  let entries: readonly Entry[] = [];
  let keptKey = '';
  let disposed = false;

  const tell = () => {
    for (const listener of listeners) listener();
  };
  const stampOf = (id: string) => stampIn(entries, id);
  const remember = (id: string, choice: Choice) => void store.remember(id, stampOf(id), choice);
  const hear = ({ id, state, ...rest }: OwnStatus) => {
    const before = states.get(id) ?? {};
    states.set(id, { ...before, ...rest, state });
    // A probe's finding is kept; a pinned backend has none.
    const { backend, probe } = rest;
    if (state === 'ready' && backend && probe !== undefined) remember(id, { backend, reason: probe });
    tell();
  };

  const worker = new RestartableWorker<OwnEncoderService>({
    name: NAME,
    create: () => new Worker(new URL('./ownEncoder.worker.ts', import.meta.url), { type: 'module' }),
    start: (remote) =>
      remote.start(
        proxy(hear),
        proxy((reason: string) => worker.kill(reason)),
      ),
    onDeath(reason) {
      // WebGPU is the likelier cause, and a probe that kills would kill each time: those that were on it, or were just loaded,
      // go on with WebAssembly until a person lets the probe choose again.
      for (const [id, { state, backend }] of states) {
        if (backend === 'webgpu' || state === 'loading')
          remember(id, {
            backend: 'wasm',
            reason: `WebAssembly: the worker was restarted after a failure (${reason})`,
          });
        states.set(id, { state: 'not loaded', message: `Stopped: ${reason}` });
      }
      tell();
    },
  });

  const call = <R>(
    signal: AbortSignal | undefined,
    job: (remote: Remote<OwnEncoderService>, port: MessagePort | undefined) => Promise<R>,
  ) => {
    if (disposed) return Promise.reject(new DisposedError(NAME));
    return abortable(signal, (port) => worker.call((remote) => job(remote, port && transfer(port, [port]))));
  };

  const findDim = async ({ files, output }: TowerSource) => {
    const { outputs, spec } = await call(undefined, (remote) => remote.propose(files));
    const size = (
      outputs.find(({ name }) => name === output) ?? outputs.find(({ name }) => name === spec.output)
    )?.dims.at(-1);
    return typeof size === 'number' ? size : 0;
  };

  const letGo = (id: string) => {
    if (states.get(id)?.state !== 'ready' || disposed) return;
    void call(undefined, (remote) => remote.release(id)).catch(() => undefined);
  };

  /** Reads anew which encoders there are; what is no longer there is let go in the worker. */
  const refresh = () =>
    refreshing.run(async () => {
      const next: Entry[] = [];
      const taken = new Set<string>();
      for (const model of newestOf(models.kept())) {
        const read = await entriesOfModel(model, models, taken, findDim);
        next.push(...read);
        for (const { space } of read) taken.add(space.id);
      }
      const hubIds = new Set(next.map(({ source }) => source.id));
      next.push(
        ...store
          .graphs()
          .map(entryOfGraph)
          .filter(({ source }) => !hubIds.has(source.id)),
      );
      const changed = (id: string) => stampIn(next, id) !== stampOf(id);
      for (const id of [...states.keys()].filter(changed)) {
        letGo(id);
        states.delete(id);
      }
      entries = next;
      tell();
    });

  const followKept = () => {
    const key = keyOf(models);
    if (key === keptKey || disposed) return;
    keptKey = key;
    void refresh().catch(() => undefined);
  };
  const readStore = async () => {
    await store.read();
    if (!disposed) await refresh();
  };
  const windows = createWindows(() => void readStore(), undefined, 'bondlab.encoders');
  const unfollow = models.onChange(followKept);
  const opened = (async () => {
    await models.opened.catch(() => undefined);
    keptKey = keyOf(models);
    await readStore();
  })();

  const checkOpen = () => {
    if (disposed) throw new DisposedError(NAME);
  };
  const entryOf = (id: string) => {
    const entry = entries.find(({ source }) => source.id === id);
    if (!entry) throw new InputError(`There is no encoder "${id}".`);
    return entry;
  };
  const wantedOf = (source: TowerSource): Wanted => {
    const { pinned, known } = store.choiceFor(source.id, source.stamp);
    return { source, ...(pinned ? { pinned } : known ? { known } : {}) };
  };
  const filesOf = (proposal: EncoderProposal) => {
    const files = proposed.get(proposal.id);
    if (!files)
      throw new InputError(`The files of "${proposal.path}" are no longer at hand: choose them again.`);
    return files;
  };
  const send = <R>(input: SentInput, job: (sent: SentInput) => Promise<R>) =>
    job(input.modality === 'image' ? transfer(input, [input.bitmap]) : input);

  return {
    opened,
    reread: () => refresh(),
    spaces: () => spacesOf(entries),
    encoders(): readonly OwnEncoder[] {
      const spaces = spacesOf(entries);
      return entries.map((entry) => {
        const { id } = entry.source;
        return shownEncoder(entry, store.choiceFor(id, stampOf(id)), states.get(id) ?? {}, spaces);
      });
    },
    setBackend(encoderId: string, backend: Backend | undefined) {
      entryOf(encoderId);
      letGo(encoderId);
      states.set(encoderId, { state: 'not loaded' });
      void store.setChoice(encoderId, backend ? { pinned: backend } : {}).then(() => windows.tell());
      tell();
    },
    async propose(files) {
      checkOpen();
      const given = new Map(
        files.map(({ path, bytes }) => [path, bytes instanceof Blob ? bytes : new Blob([bytes])]),
      );
      const proposal = await call(undefined, (remote) => remote.propose(given));
      proposed.set(proposal.id, given);
      for (const old of [...proposed.keys()].slice(0, -MAX_PROPOSALS)) proposed.delete(old);
      return proposal;
    },
    async dryRun(proposal, spec, input) {
      checkOpen();
      const source = towerOfSpec(`${spec.space.id}/${spec.modality}`, proposal.path, spec, filesOf(proposal));
      if (!input) return call(undefined, (remote) => remote.dryRun({ source }, undefined));
      return send(await decodeInput(input, media), (sent) =>
        call(undefined, (remote) => remote.dryRun({ source }, sent)),
      );
    },
    async addEncoder(proposal: EncoderProposal, spec: EncoderSpec) {
      checkOpen();
      await opened;
      const files = filesOf(proposal);
      const id = idForGraph(proposal, spec, entries);
      towerOfSpec(id, proposal.path, spec, files);
      await store.addGraph({ id, path: proposal.path, spec, files });
      proposed.delete(proposal.id);
      await refresh();
      windows.tell();
      return id;
    },
    async removeEncoder(id) {
      checkOpen();
      const { repo } = entryOf(id);
      if (repo !== undefined)
        throw new InputError(`The encoder "${id}" belongs to ${repo}: remove that model.`);
      await store.removeGraph(id);
      await refresh();
      windows.tell();
    },
    async encode(spaceId: string, input: OwnInput, signal?: AbortSignal) {
      throwIfAborted(signal);
      checkOpen();
      await opened;
      const entry = entries.find(
        ({ source, space }) => space.id === spaceId && source.modality === input.modality,
      );
      if (!entry)
        throw new InputError(`The space "${spaceId}" has no encoder for ${input.modality} at hand.`);
      const { source } = entry;
      if ('problem' in source) throw new ModelError(`${source.id} cannot be used: ${source.problem}`);
      return lanes[nCalls++ % LANES]!.run(
        async () =>
          send(await decodeInput(input, media), (sent) =>
            call(signal, (remote, port) => remote.encode(wantedOf(source), sent, port)),
          ),
        signal,
      );
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispose() {
      if (disposed) return;
      disposed = true;
      unfollow();
      listeners.clear();
      windows.dispose();
      worker.dispose();
      void store.close();
    },
  };
}

/** Changes when the list of kept models does; their store also tells of bytes that come in. */
function keyOf(models: KeptModels): string {
  return JSON.stringify(
    models.kept().map(({ repo, precision, revision, at }) => [repo, precision, revision, at]),
  );
}
