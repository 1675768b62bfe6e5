/** What a download works on: the record it broke off at, or a new one of the repository as it is now. */
import { InputError } from '../../../base/errors.ts';
import type { Precision, RepoPlan } from '../types.ts';
import { inspectRepo } from './inspect.ts';
import { PRECISIONS } from './layout.ts';
import type { ModelDisk, ModelRecord } from './modelDisk.ts';
import { isCommit } from './names.ts';
import type { RepoSource } from './source.ts';
import type { Patience } from './stall.ts';

/** Without a wish: small and right on every device. */
const PREFERRED: readonly Precision[] = ['int8', '4-bit', 'fp16', 'fp32'];

export interface Begin {
  disk: ModelDisk;
  source: RepoSource;
  /** What the host is called in records. */
  label: string;
  repo: string;
  precision: Precision | undefined;
  patience: Patience;
  signal: AbortSignal;
}

/**
 * A record goes on where its files cannot have changed: at a commit, or at the same host. A new one takes the place of what was begun
 * in another precision.
 * @throws as inspectRepo; InputError for a precision that is not there
 */
export async function beginRecord(begin: Begin): Promise<ModelRecord> {
  const { disk, source, label, repo, patience, signal } = begin;
  const known = begin.precision && (await disk.model(repo, begin.precision));
  if (known && (known.kept || isCommit(known.plan.revision) || known.host === label)) return known;
  const plan = await inspectRepo(source, repo, patience, signal);
  const precision = choosePrecision(plan, begin.precision);
  const there = await disk.model(repo, precision);
  if (there?.kept) return there;
  const record: ModelRecord = { repo, precision, plan, host: label, at: new Date().toISOString() };
  for (const other of await disk.models()) {
    const obsolete = other.repo === repo && other.kept === undefined && other.precision !== precision;
    if (obsolete) await disk.removeModel(repo, other.precision);
  }
  await disk.putModel(record);
  await disk.sweep(repo);
  return record;
}

function choosePrecision(plan: RepoPlan, wanted: Precision | undefined): Precision {
  const there = PRECISIONS.filter((precision) => plan.files[precision] !== undefined);
  if (wanted !== undefined && !there.includes(wanted)) {
    throw new InputError(`${plan.repo} is not there in ${wanted}, but in ${there.join(', ')}.`);
  }
  // A plan has at least one.
  return wanted ?? PREFERRED.find((precision) => there.includes(precision))!;
}
