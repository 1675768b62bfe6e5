/**
 * How planes are cut into tiles, and whether they fit the memory budget: pure arithmetic. A plane holds one number a pair of
 * query and gallery item, for each pair of their components.
 */
import { CapabilityError } from '../../base/errors.ts';

/** Rows and columns come in multiples of this: the vector lanes and unrolled steps of the WebAssembly kernels. */
const LANES = 8;
/** On WebGPU, jax-js writes sums of up to 32 terms out in full; with many planes such a shader compiles for minutes. */
const MIN_GALLERY = 40;
/** About one plane of one tile, in float32: a matrix product of half a second at 1024 dimensions. */
const TILE_BYTES = 2 ** 24;
/** jax-js gives a kernel of fewer results than this hardly any threads; a tile has so many rows where its task has. */
const MIN_ROWS = 1024;
/** Never more than this for the rows' sake. */
const MAX_TILE_BYTES = 2 ** 26;
export const DEFAULT_BUDGET_BYTES = 2 ** 30;

export type PlaneType = 'float32' | 'float16';

/** How many queries and gallery items a task has, how many components each side, and of what dimension. */
export interface TaskSize {
  nQueries: number;
  nGallery: number;
  nQueryComponents: number;
  nGalleryComponents: number;
  dim: number;
}

/** A plane of nTiles tiles, each [nRows, nColumns]: query rows, of which the last tile's are padded, and the padded gallery. */
export interface Tiling {
  nTiles: number;
  nRows: number;
  nColumns: number;
}

const roundUp = (n: number) => Math.ceil(n / LANES) * LANES;

/**
 * Tiles of equal shape, as even as they can be, each of about 16 MiB a plane in float32: more where that gives it 1024 rows
 * within 64 MiB. With `tileBytes` (for tests) at most that, but at least eight rows.
 */
export function tilingOf(
  { nQueries, nGallery }: Pick<TaskSize, 'nQueries' | 'nGallery'>,
  tileBytes?: number,
): Tiling {
  const nColumns = roundUp(Math.max(MIN_GALLERY, nGallery));
  const rowsIn = (bytes: number) => Math.max(LANES, Math.floor(bytes / (4 * nColumns * LANES)) * LANES);
  const tilesOf = (bytes: number) => Math.ceil(nQueries / rowsIn(bytes));
  const inTime = Math.min(tilesOf(TILE_BYTES), Math.max(1, Math.floor(nQueries / MIN_ROWS)));
  const wanted = tileBytes === undefined ? Math.max(inTime, tilesOf(MAX_TILE_BYTES)) : tilesOf(tileBytes);
  const nRows = roundUp(nQueries / wanted);
  return { nTiles: Math.ceil(nQueries / nRows), nRows, nColumns };
}

export interface TaskBytes {
  /** The planes themselves. */
  planes: number;
  /** The contraction that a drag of one side's factor keeps: 0 for tasks of a single tile, which are fast without. */
  contraction: number;
  /**
   * What comes and goes, one at a time: a tile's contraction, for sweeps over many settings; its float32 plane before it is
   * rounded; the rows of the gallery and of a tile while planes are built.
   */
  scratch: number;
}

/** Bytes that a task takes on the device. */
export function taskBytes(size: TaskSize, planes: PlaneType, tileBytes?: number): TaskBytes {
  const { nTiles, nRows, nColumns } = tilingOf(size, tileBytes);
  const { nQueryComponents: nI, nGalleryComponents: nJ, dim } = size;
  const tile = nRows * nColumns;
  const kept = Math.max(nJ > 1 ? nI : 0, nI > 1 ? nJ : 0);
  return {
    planes: nI * nJ * nTiles * tile * (planes === 'float16' ? 2 : 4),
    contraction: nTiles > 1 ? kept * nTiles * tile * 4 : 0,
    scratch: Math.max(nI * tile, (nJ * nColumns + nRows) * dim) * 4,
  };
}

/** What a collection's tasks take, and whether one-sided drags keep their contraction. */
export interface MemoryPlan {
  bytes: number;
  contracts: boolean;
}

/** Why planes do not fit, and what would. */
export interface MemoryRefusal {
  /** Bytes that the tasks need at least. */
  neededBytes: number;
  budgetBytes: number;
  /** Bytes that other collections hold. */
  usedBytes: number;
  planes: PlaneType;
  /** The most queries a task that a sample could have and fit; 0 where not even eight fit. */
  sampleQueries: number;
  /** Whether all queries would fit with half-precision planes. */
  halfFits: boolean;
  /** Why the device has no half-precision planes, where it has none. */
  noHalf?: string;
}

export interface MemoryRequest {
  tasks: readonly TaskSize[];
  planes: PlaneType;
  budgetBytes: number;
  usedBytes: number;
  tileBytes?: number | undefined;
}

/** Sums of all tasks; the scratch is used by one task at a time. */
function sumOf(tasks: readonly TaskSize[], planes: PlaneType, tileBytes: number | undefined) {
  const each = tasks.map((task) => taskBytes(task, planes, tileBytes));
  const least =
    each.reduce((sum, one) => sum + one.planes, 0) + Math.max(0, ...each.map((one) => one.scratch));
  return { least, contraction: each.reduce((sum, one) => sum + one.contraction, 0) };
}

const sampled = (tasks: readonly TaskSize[], n: number) =>
  tasks.map((task) => ({ ...task, nQueries: Math.min(n, task.nQueries) }));

/** Plans a collection's memory: with contractions where they fit, without where not, or says why not at all. */
export function planMemory(request: MemoryRequest): MemoryPlan | MemoryRefusal {
  const { tasks, planes, budgetBytes, usedBytes, tileBytes } = request;
  const free = budgetBytes - usedBytes;
  const { least, contraction } = sumOf(tasks, planes, tileBytes);
  if (least + contraction <= free) return { bytes: least + contraction, contracts: true };
  if (least <= free) return { bytes: least, contracts: false };
  const fits = (n: number) => sumOf(sampled(tasks, n), planes, tileBytes).least <= free;
  let [low, high] = [0, Math.max(...tasks.map(({ nQueries }) => nQueries))];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return {
    neededBytes: least,
    budgetBytes,
    usedBytes,
    planes,
    sampleQueries: low,
    halfFits: planes === 'float32' && sumOf(tasks, 'float16', tileBytes).least <= free,
  };
}

const mebibytes = (bytes: number) =>
  `${(bytes / 2 ** 20).toLocaleString('en', { maximumFractionDigits: 0 })} MiB`;

/** Planes would pass the memory budget; `refusal` says what is needed and what would fit. */
export class MemoryBudgetError extends CapabilityError {
  readonly refusal: MemoryRefusal;
  constructor(refusal: MemoryRefusal) {
    const { neededBytes, budgetBytes, usedBytes, sampleQueries, halfFits, noHalf } = refusal;
    const used = usedBytes > 0 ? `, of which other collections hold ${mebibytes(usedBytes)}` : '';
    const ways = [
      ...(sampleQueries > 0 ? [`a sample of ${sampleQueries} queries a task`] : []),
      ...(halfFits && noHalf === undefined ? ['half-precision planes'] : []),
    ];
    super(
      `The planes of these tasks need ${mebibytes(neededBytes)}; the budget is ${mebibytes(budgetBytes)}${used}. ` +
        (ways.length > 0 ? `What would fit: ${ways.join(', or ')}. ` : '') +
        (halfFits && noHalf !== undefined ? `Half-precision planes would fit, but ${noHalf}. ` : '') +
        'A larger budget can be set where the machine has the memory.',
    );
    this.refusal = refusal;
  }
}
