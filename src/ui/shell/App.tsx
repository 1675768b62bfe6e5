import { MantineProvider, createTheme } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import type { StoreApi } from 'zustand';
import type { LabState } from '../../state/types.ts';
import { BondsPanel } from '../bonds/BondsPanel.tsx';
import { EvidenceStrip } from '../evidence/EvidenceStrip.tsx';
import { QueryBar } from '../ranking/QueryBar.tsx';
import { QueryCard } from '../ranking/QueryCard.tsx';
import { RankingColumns } from '../ranking/RankingColumns.tsx';
import { LabProvider, useLab } from '../shared/LabContext.tsx';
import { Header } from './Header.tsx';
import { Invitation } from './Invitation.tsx';
import { Notice } from './Notice.tsx';
import { PanelBoundary } from '../shared/PanelBoundary.tsx';
import { StatusLine } from './StatusLine.tsx';
import styles from './App.module.css';

/** The map is not needed for the first drag: its code comes after it. */
const MapView = lazy(() => import('../map/MapView.tsx'));
const EvidenceWorkspace = lazy(() => import('../evidence/EvidenceWorkspace.tsx'));
const WorkshopWorkspace = lazy(() => import('../workshop/WorkshopWorkspace.tsx'));
const DataWorkspace = lazy(() => import('../data/DataWorkspace.tsx'));

const theme = createTheme({
  primaryColor: 'indigo',
  // White on the sixth shade has less than 4.5:1.
  primaryShade: { light: 7, dark: 8 },
  fontFamily: 'var(--bl-font)',
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
});

/** The map's code and work wait for the first ranking and its figures; from then on it stays. */
function MapWhenRanked() {
  const ranked = useLab((s) => s.evidence.current !== undefined);
  const [started, setStarted] = useState(false);
  if (ranked && !started) setStarted(true);
  return started ? <MapView /> : <p className={styles.waiting}>The map follows the first ranking …</p>;
}

type Tab = 'ranking' | 'map' | 'evidence' | 'workshop' | 'data';
const TABS: { id: Tab; label: string }[] = [
  { id: 'ranking', label: 'Ranking' },
  { id: 'map', label: 'Map' },
  { id: 'evidence', label: 'Evidence' },
  { id: 'workshop', label: 'Workshop' },
  { id: 'data', label: 'Data' },
];

export function App({ store }: { store: StoreApi<LabState> }) {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <LabProvider store={store}>
        <Page />
      </LabProvider>
    </MantineProvider>
  );
}

function Page() {
  const view = useLab((s) => s.view);
  const show = useLab((s) => s.show);
  // On a narrow screen one of the three is shown; on a wide one ranking and map are, or the evidence.
  const [side, setSide] = useState<'ranking' | 'map'>('ranking');
  const [open, setOpen] = useState(false);
  const tab: Tab = view === 'lab' ? side : view;
  const choose = (id: Tab) => {
    if (id === 'ranking' || id === 'map') setSide(id);
    show(id === 'ranking' || id === 'map' ? 'lab' : id);
  };
  return (
    <div className={styles.app} data-tab={tab} data-view={view}>
      <Header />
      <nav className={styles.tabs} aria-label="Panels">
        {TABS.map(({ id, label }) => (
          <button key={id} type="button" aria-current={tab === id} onClick={() => choose(id)}>
            {label}
          </button>
        ))}
      </nav>
      <Notice />
      <aside className={styles.bonds} data-sheet={open ? 'open' : 'closed'}>
        <button
          type="button"
          className={styles.handle}
          aria-expanded={open}
          onClick={() => setOpen((now) => !now)}
        >
          {open ? 'Less' : 'Presets, projectors'}
        </button>
        <BondsPanel />
      </aside>
      {view === 'evidence' && (
        <main className={styles.workspace}>
          <PanelBoundary name="The evidence">
            <Suspense fallback={<p className={styles.waiting}>The evidence is on its way …</p>}>
              <EvidenceWorkspace />
            </Suspense>
          </PanelBoundary>
        </main>
      )}
      {view === 'workshop' && (
        <main className={styles.workspace}>
          <PanelBoundary name="The workshop">
            <Suspense fallback={<p className={styles.waiting}>The workshop is on its way …</p>}>
              <WorkshopWorkspace />
            </Suspense>
          </PanelBoundary>
        </main>
      )}
      {view === 'data' && (
        <main className={styles.workspace}>
          <PanelBoundary name="The data">
            <Suspense fallback={<p className={styles.waiting}>The data is on its way …</p>}>
              <DataWorkspace />
            </Suspense>
          </PanelBoundary>
        </main>
      )}
      {view === 'lab' && (
        <main className={styles.ranking}>
          <QueryBar />
          <QueryCard />
          <Invitation />
          <RankingColumns />
        </main>
      )}
      <section className={styles.map} aria-label="Map">
        <PanelBoundary name="The map">
          <Suspense fallback={<p className={styles.waiting}>The map is on its way …</p>}>
            <MapWhenRanked />
          </Suspense>
        </PanelBoundary>
      </section>
      <div className={styles.evidence}>
        <EvidenceStrip />
      </div>
      <StatusLine />
    </div>
  );
}
