import { lazy } from 'react';
import type { BenchId } from '../../state/types.ts';
import { useLab } from '../shared/LabContext.tsx';
import { TabbedFace, type FaceTab } from '../shared/TabbedFace.tsx';

const BENCHES: FaceTab<BenchId>[] = [
  { id: 'train', label: 'Train', Content: lazy(() => import('./train/TrainBench.tsx')) },
  { id: 'recipes', label: 'Recipes', Content: lazy(() => import('./recipes/RecipesBench.tsx')) },
  { id: 'microscope', label: 'Microscope', Content: lazy(() => import('./microscope/MicroscopeBench.tsx')) },
  { id: 'files', label: 'In and out', Content: lazy(() => import('./files/FilesBench.tsx')) },
];

/** Bonds are made, joined, opened up and taken away, a bench at a time. */
export default function WorkshopWorkspace() {
  const bench = useLab((s) => s.bench);
  const showBench = useLab((s) => s.showBench);
  return <TabbedFace name="Workshop" tabs={BENCHES} shown={bench} onShow={showBench} />;
}
