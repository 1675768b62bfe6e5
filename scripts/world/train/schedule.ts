/** Settings that shape the encoders of every space alike: only what a space sees differs. */
export const TRAINING = {
  seed: 20240508,
  nSteps: 900,
  batch: 160,
  peakRate: 1.5e-3,
  nWarmUp: 60,
  weightDecay: 0.05,
  /** Log of the inverse temperature at the start; learned, at most log 60. */
  logScale: Math.log(14),
  maxLogScale: Math.log(60),
  mixer: { nPatches: 64, width: 128, tokenHidden: 64, channelHidden: 256, nLayers: 3 },
  text: { width: 128, hidden: 192, nBlocks: 2 },
} as const;
