/** What a training step is timed at. */
export interface TrainingSize {
  id: 'paper' | 'embedded';
  /** In words. */
  name: string;
  dIn: number;
  hidden: number;
  dOut: number;
  batch: number;
  /** Modalities that are projected, and those that they are pulled to. */
  modalities: number;
  targets: number;
  /** Timings that count. */
  runs: number;
}

/** The projectors of the paper (arXiv 2405.04883), and those of the embedded Unified + c(Foley). */
export const TRAINING_SIZES: readonly TrainingSize[] = [
  {
    id: 'paper',
    name: '512 to 2,048 to 1,024, batch 512',
    dIn: 512,
    hidden: 2048,
    dOut: 1024,
    batch: 512,
    modalities: 1,
    targets: 1,
    runs: 20,
  },
  {
    id: 'embedded',
    name: '96 to 384 to 128, batch 384, two modalities on three',
    dIn: 96,
    hidden: 384,
    dOut: 128,
    batch: 384,
    modalities: 2,
    targets: 3,
    runs: 60,
  },
];

/** Multiply-adds, as two operations each, in the matrix products of a step: forward, both ways back, and the similarities. */
export function operationsOf({ dIn, hidden, dOut, batch, modalities, targets }: TrainingSize): number {
  const rows = modalities * batch;
  const layers = 2 * rows * (2 * dIn * hidden + 3 * hidden * dOut);
  const similarities = 2 * 2 * rows * targets * batch * dOut;
  return layers + similarities;
}

/** The matrix product that a step is measured by: the second layer of the paper's size, [n, k] by [k, m]. */
export const PRODUCT = { n: 512, k: 2048, m: 1024 } as const;
