import { useLab } from '../../shared/LabContext.tsx';

/** The page's font in the presenter mode against its usual size (tokens.css). */
const PRESENTER_SCALE = 20 / 15;

/** Size of the page's font against its usual size: charts keep that much more room for words. */
export function useTypeScale(): number {
  return useLab((s) => (s.presenter ? PRESENTER_SCALE : 1));
}
