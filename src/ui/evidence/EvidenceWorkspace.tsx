import { Tabs } from '@mantine/core';
import { lazy, Suspense, type ComponentType, type LazyExoticComponent } from 'react';
import type { PanelId } from '../../state/types.ts';
import { useLab } from '../shared/LabContext.tsx';
import { PanelBoundary } from '../shared/PanelBoundary.tsx';
import styles from './EvidenceWorkspace.module.css';

interface Panel {
  id: PanelId;
  label: string;
  Content: LazyExoticComponent<ComponentType>;
}

const PANELS: Panel[] = [
  { id: 'tasks', label: 'Tasks', Content: lazy(() => import('./tasks/TasksPanel.tsx')) },
  { id: 'landscape', label: 'Landscape', Content: lazy(() => import('./landscape/LandscapePanel.tsx')) },
  { id: 'tradeoff', label: 'Trade-off', Content: lazy(() => import('./tradeoff/TradeoffPanel.tsx')) },
  { id: 'queries', label: 'Queries', Content: lazy(() => import('./queries/QueriesPanel.tsx')) },
  { id: 'compare', label: 'Compare', Content: lazy(() => import('./compare/ComparePanel.tsx')) },
  { id: 'shift', label: 'Shift', Content: lazy(() => import('./shift/ShiftPanel.tsx')) },
  { id: 'paper', label: 'Paper', Content: lazy(() => import('./paper/PaperPanel.tsx')) },
  { id: 'device', label: 'This device', Content: lazy(() => import('./device/DevicePanel.tsx')) },
];

/** What all queries say, a panel at a time. The sliders stay at its side: every panel follows them. */
export default function EvidenceWorkspace() {
  const panel = useLab((s) => s.panel);
  const show = useLab((s) => s.show);
  return (
    <Tabs
      className={styles.workspace!}
      value={panel}
      keepMounted={false}
      onChange={(next) => next && show('evidence', next as PanelId)}
    >
      <Tabs.List className={styles.tabs!} aria-label="Evidence">
        {PANELS.map(({ id, label }) => (
          <Tabs.Tab key={id} value={id}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {PANELS.map(({ id, label, Content }) => (
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
