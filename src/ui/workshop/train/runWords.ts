/** What is said of a run: its status, what its controls do, its device and date. Pure. */
import type { MemberCurve, RunProgress, RunRecord } from '../../../engine/training/types.ts';
import { memberStates } from '../../../state/workshop/trainFigures.ts';

/** "A, 2 of 7" */
function memberWords(record: RunRecord): string {
  const { members } = record.request;
  const at = memberStates(record).findIndex(({ state }) => state === 'under way');
  return at < 0 ? '' : `member ${members[at]}, ${at + 1} of ${members.length}`;
}

/** One sentence on where a run stands, without figures that change by the second. */
export function statusWords(record: RunRecord, wasCut: boolean): string {
  const { status, message, request } = record;
  const n = request.members.length;
  switch (status) {
    case 'waiting':
      return 'Waits in line: one run trains at a time, over all windows of this browser.';
    case 'mining':
      return 'Finding pseudo-pairs in the pool …';
    case 'training':
      return memberWords(record) === '' ? 'Counting its last figures …' : `Training ${memberWords(record)}`;
    case 'paused':
      if (message !== undefined) return `Paused: ${message}`;
      return wasCut
        ? `Was cut by a reload or a closed tab, or as another collection was opened: go on takes it up at its last checkpoint, ${memberWords(record)}.`
        : `Paused at ${memberWords(record)}. It goes on from here, also after a reload.`;
    case 'done':
      return n === 1 ? 'Done: its projector is ready.' : `Done: all ${n} members are ready.`;
    case 'stopped':
      return 'Stopped: what was ready is kept, the member under way as it stood.';
    case 'failed':
      return `Failed: ${message ?? 'no reason was given.'} Go on tries again from its last checkpoint.`;
  }
}

/** "training", "done": a status in a table. */
export const STATUS_NAMES: Record<RunRecord['status'], string> = {
  waiting: 'in line',
  mining: 'finding pairs',
  training: 'training',
  paused: 'paused',
  done: 'done',
  stopped: 'stopped',
  failed: 'failed',
};

/** "WebGPU"; "WebAssembly, 2 threads". */
export function deviceWords({ device }: Pick<RunRecord, 'device'>): string {
  if (!device) return '–';
  if (device.backend === 'webgpu') return 'WebGPU';
  return `WebAssembly, ${device.threads} ${device.threads === 1 ? 'thread' : 'threads'}`;
}

// Made once: a run is drawn with every point of its curves.
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const MOMENT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'medium' });

/** "25 Nov, 09:12" in the reader's time. */
export function dateWords(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return '–';
  return `${DAY.format(date)}, ${TIME.format(date)}`;
}

/** "25 November 2026 at 09:12:40" in the reader's time. */
export function momentWords(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? '–' : MOMENT.format(date);
}

export type Control = 'pause' | 'goOn' | 'stepBack' | 'stop';

function whyNotBack(curve: MemberCurve | undefined, status: RunRecord['status']): string | undefined {
  if (curve?.bestStep === undefined) return 'Its validation R@1 was not measured yet.';
  const atBest = status === 'paused' && curve.points.at(-1)?.step === curve.bestStep;
  return atBest ? 'It stands at its best: stop it to keep that one, or go on.' : undefined;
}

/** What can be done to a run now, and why one of them cannot. */
export function controlsOf(
  record: RunRecord,
  progress: RunProgress | undefined,
): { control: Control; whyNot: string | undefined }[] {
  const { status, curves } = record;
  if (status === 'done' || status === 'stopped') return [];
  const moving = status === 'training' || status === 'mining' || status === 'waiting';
  const member = progress?.member ?? memberStates(record).find(({ state }) => state === 'under way')?.member;
  const curve = curves.find((one) => one.member === member);
  return [
    { control: moving ? 'pause' : 'goOn', whyNot: undefined },
    ...(status === 'training' || status === 'paused'
      ? [
          {
            control: 'stepBack' as const,
            whyNot: whyNotBack(curve, status),
          },
        ]
      : []),
    { control: 'stop', whyNot: undefined },
  ];
}
