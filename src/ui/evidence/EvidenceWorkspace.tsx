import { lazy } from 'react';
import type { PanelId } from '../../state/types.ts';
import { useLab } from '../shared/LabContext.tsx';
import { TabbedFace, type FaceTab } from '../shared/TabbedFace.tsx';

const PANELS: FaceTab<PanelId>[] = [
  { id: 'tasks', label: 'Tasks', Content: lazy(() => import('./tasks/TasksPanel.tsx')) },
  { id: 'landscape', label: 'Landscape', Content: lazy(() => import('./landscape/LandscapePanel.tsx')) },
  { id: 'tradeoff', label: 'Trade-off', Content: lazy(() => import('./tradeoff/TradeoffPanel.tsx')) },
  { id: 'queries', label: 'Queries', Content: lazy(() => import('./queries/QueriesPanel.tsx')) },
  { id: 'compare', label: 'Compare', Content: lazy(() => import('./compare/ComparePanel.tsx')) },
  { id: 'shift', label: 'Shift', Content: lazy(() => import('./shift/ShiftPanel.tsx')) },
  { id: 'paper', label: 'Paper', Content: lazy(() => import('./paper/PaperPanel.tsx')) },
  { id: 'device', label: 'This device', Content: lazy(() => import('./device/DevicePanel.tsx')) },
];

/** Panels that show what was measured when the embedded world was built. */
const OF_THE_WORLD: readonly PanelId[] = ['shift', 'paper'];

/** What all queries say, a panel at a time. The sliders stay at its side: every panel follows them. */
export default function EvidenceWorkspace() {
  const panel = useLab((s) => s.panel);
  const show = useLab((s) => s.show);
  const embedded = useLab((s) => s.engine.embedded);
  const tabs = embedded ? PANELS : PANELS.filter(({ id }) => !OF_THE_WORLD.includes(id));
  return (
    <TabbedFace
      name="Evidence"
      tabs={tabs}
      shown={tabs.some(({ id }) => id === panel) ? panel : tabs[0]!.id}
      onShow={(next) => show('evidence', next)}
    />
  );
}
