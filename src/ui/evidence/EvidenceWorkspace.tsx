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

const FOUND = import.meta.glob<{ default: ComponentType }>('./*/*Panel.tsx');
const PANELS: Panel[] = [
  { id: 'tasks', label: 'Tasks', Content: lazy(FOUND['./tasks/TasksPanel.tsx'] ?? (() => Promise.resolve({ default: () => null }))) },
  { id: 'landscape', label: 'Landscape', Content: lazy(FOUND['./landscape/LandscapePanel.tsx'] ?? (() => Promise.resolve({ default: () => null }))) },
  { id: 'tradeoff', label: 'Trade-off', Content: lazy(FOUND['./tradeoff/TradeoffPanel.tsx'] ?? (() => Promise.resolve({ default: () => null }))) },
  { id: 'queries', label: 'Queries', Content: lazy(FOUND['./queries/QueriesPanel.tsx'] ?? (() => Promise.resolve({ default: () => null }))) },
  { id: 'compare', label: 'Compare', Content: lazy(FOUND['./compare/ComparePanel.tsx'] ?? (() => Promise.resolve({ default: () => null }))) },
  { id: 'shift', label: 'Shift', Content: lazy(FOUND['./shift/ShiftPanel.tsx'] ?? (() => Promise.resolve({ default: () => null }))) },
  { id: 'paper', label: 'Paper', Content: lazy(FOUND['./paper/PaperPanel.tsx'] ?? (() => Promise.resolve({ default: () => null }))) },
  { id: 'device', label: 'This device', Content: lazy(FOUND['./device/DevicePanel.tsx'] ?? (() => Promise.resolve({ default: () => null }))) },
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
