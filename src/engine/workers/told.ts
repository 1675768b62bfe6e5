import { proxy } from 'comlink';

export type Progress = ((fraction: number) => void) | undefined;

/**
 * Makes a call that tells its progress, 1 at the end and nothing after its answer: progress crosses on a way of its own and
 * may come late.
 */
export async function told<T>(onProgress: Progress, call: (progress: Progress) => Promise<T>): Promise<T> {
  if (!onProgress) return call(undefined);
  let over = false;
  try {
    const answer = await call(
      proxy((fraction: number) => {
        if (!over && fraction < 1) onProgress(fraction);
      }),
    );
    onProgress(1);
    return answer;
  } finally {
    over = true;
  }
}
