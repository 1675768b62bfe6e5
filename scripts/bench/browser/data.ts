/** What own data cost before they are kept: reading arrays, checking their rows, planning media. */
import { drawUnitRows } from '../../../src/engine/bench/madeUp.ts';
import { summarise, withRatio, type Row } from '../../../src/engine/bench/rows.ts';
import { timings, timingsInTurns } from '../../../src/engine/bench/timing.ts';
import { checkRowsOf, eachBlock, type Rows } from '../../../src/engine/intake/arrays/checks.ts';
import { planMedia, type MediaFile } from '../../../src/engine/intake/media/planMedia.ts';
import { toSource } from '../../../src/formats/arrays/byteSource.ts';
import { openArrays } from '../../../src/formats/arrays/openArrays.ts';
import { writeNpy } from '../../../src/formats/npy.ts';

const N_ROWS = 20_000;
const DIM = 512;
const BYTES = 4 * N_ROWS * DIM;
const N_RUNS = 9;
const N_PAIRS = 5000;

/** Arrays as files are read, by the same blocks, against a plain loop that copies as many numbers. */
export async function benchData(): Promise<Row[]> {
  const data = drawUnitRows(5, N_ROWS, DIM);
  const out = new Float32Array(data.length);
  const read = await openFile(new Blob([writeNpy({ shape: [N_ROWS, DIM], data })]));
  const held: Rows = {
    nRows: N_ROWS,
    dim: DIM,
    fortran: false,
    rows: (start, n) => Promise.resolve(data.slice(start * DIM, (start + n) * DIM)),
  };
  const [copied, reads, checks] = await timingsInTurns(
    [
      () => {
        for (let i = 0; i < data.length; i++) out[i] = data[i]!;
      },
      () => eachBlock(read, () => undefined),
      () => checkRowsOf(held),
    ],
    { nRuns: N_RUNS },
  );
  const size = `${N_ROWS.toLocaleString('en')} x ${DIM} float32`;
  const rival = rateOf('rival: a plain loop that copies', copied!, 'MB/s', BYTES / 1e6, size);
  const files = mediaFiles();
  const plans = await timings(() => planMedia(files), { nRuns: N_RUNS });
  return [
    rival,
    withRatio(rateOf('an .npy file read block by block', reads!, 'MB/s', BYTES / 1e6), rival),
    withRatio(rateOf('rows checked', checks!, 'MB/s', BYTES / 1e6), rival),
    rateOf('  as rows', checks!, 'items/s', N_ROWS),
    rateOf(
      'media planned from a metadata.csv',
      plans,
      'items/s',
      2 * N_PAIRS,
      `${N_PAIRS} pictures with captions`,
    ),
  ];
}

async function openFile(file: Blob): Promise<Rows> {
  const { arrays } = await openArrays('made-up.npy', toSource(file));
  const { rows } = arrays[0]!;
  return { nRows: N_ROWS, dim: DIM, fortran: false, rows };
}

/** `work` a run over the median time, in units a second. */
function rateOf(
  what: string,
  timesMs: readonly number[],
  unit: Row['unit'],
  work: number,
  note?: string,
): Row {
  const { median, n } = summarise(what, timesMs);
  return { what, unit, median: (1000 * work) / median, n: n!, ...(note !== undefined && { note }) };
}

function mediaFiles(): MediaFile[] {
  const names = Array.from({ length: N_PAIRS }, (_, i) => `images/${i}.png`);
  const lines = names.map((name, i) => `${name},picture number ${i} of ${N_PAIRS}`);
  const table = ['file_name,text', ...lines].join('\n');
  return [
    { path: 'metadata.csv', bytes: table.length, text: () => Promise.resolve(table) },
    ...names.map((path) => ({ path, bytes: 1000 })),
  ];
}
