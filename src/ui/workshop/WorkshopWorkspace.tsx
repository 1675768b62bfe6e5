import { Tabs } from '@mantine/core';
import { lazy, Suspense, type ComponentType, type LazyExoticComponent } from 'react';
import type { BenchId } from '../../state/types.ts';
import styles from '../evidence/EvidenceWorkspace.module.css';
import { useLab } from '../shared/LabContext.tsx';
import { PanelBoundary } from '../shared/PanelBoundary.tsx';

interface Bench {
  id: BenchId;
  label: string;
  Content: LazyExoticComponent<ComponentType>;
}

const BENCHES: Bench[] = [
  { id: 'train', label: 'Train', Content: lazy(() => import('./train/TrainBench.tsx')) },
  { id: 'recipes', label: 'Recipes', Content: lazy(() => import('./recipes/RecipesBench.tsx')) },
  { id: 'microscope', label: 'Microscope', Content: lazy(() => import('./microscope/MicroscopeBench.tsx')) },
  { id: 'files', label: 'In and out', Content: lazy(() => import('./files/FilesBench.tsx')) },
];

/** Bonds are made, joined, opened up and taken away, a bench at a time. */
export default function WorkshopWorkspace() {
  const bench = useLab((s) => s.bench);
  const showBench = useLab((s) => s.showBench);
  return (
    <Tabs
      className={styles.workspace!}
      value={bench}
      keepMounted={false}
      onChange={(next) => next && showBench(next as BenchId)}
    >
      <Tabs.List className={styles.tabs!} aria-label="Workshop">
        {BENCHES.map(({ id, label }) => (
          <Tabs.Tab key={id} value={id}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {BENCHES.map(({ id, label, Content }) => (
        <Tabs.Panel key={id} value={id} className={styles.panel!}>
          <PanelBoundary name={`“${label}”`}>
            <Suspense fallback={<p className={styles.waiting}>{label} is on its way …</p>}>
              <Content />
            </Suspense>
          </PanelBoundary>
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
