/** Dimension of each space. */
export const DIMS = { unified: 128, pictext: 160, foley: 96 } as const;
