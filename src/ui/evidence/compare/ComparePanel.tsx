import { useMemo } from 'react';
import { Counting } from '../../shared/Counting.tsx';
import { useLab, useLabStore } from '../../shared/LabContext.tsx';
import { ExportMenu } from '../charts/ExportMenu.tsx';
import { EvidenceControls } from '../EvidenceControls.tsx';
import { Differences } from './Differences.tsx';
import { baseOf, currentSide, settingKey, sideOf, snapshotSide, type Side } from './sides.ts';
import { SnapshotsTable } from './SnapshotsTable.tsx';
import { differencesTable, keptTable } from './tables.ts';
import { TwoRankings } from './TwoRankings.tsx';
import { useSettings } from './useSettings.ts';
import { styles } from './styles.ts';

/** What the settings of the panel are made from; the rest of the state does not touch them. */
function useSides(): { a: Side; b: Side; rows: Side[] } {
  const store = useLabStore();
  const recipeId = useLab((s) => s.recipeId);
  const factors = useLab((s) => s.factors);
  const masks = useLab((s) => s.masks);
  const sides = useLab((s) => s.sides);
  const snapshots = useLab((s) => s.snapshots);
  return useMemo(() => {
    const state = { ...store.getState(), recipeId, factors, masks, sides, snapshots };
    return {
      a: sideOf(state, 'a'),
      b: sideOf(state, 'b'),
      rows: [currentSide(state), ...snapshots.map((snapshot) => snapshotSide(state, snapshot))],
    };
  }, [store, recipeId, factors, masks, sides, snapshots]);
}

/** Two settings side by side, query by query and over all queries; and every kept setting in one table. */
export default function ComparePanel() {
  const store = useLabStore();
  const { a, b, rows } = useSides();
  const settings = useSettings([a, b, ...rows, ...rows.map(baseOf)]);
  const same = settingKey(a) === settingKey(b);
  return (
    <section className={styles.panel} aria-labelledby="compare-title">
      <header className={styles.head}>
        <h2 id="compare-title">Two settings, side by side</h2>
        <div className={styles.controls}>
          <EvidenceControls metric half />
          <ExportMenu
            name="compare"
            tables={() => {
              const state = store.getState();
              return [differencesTable(state, a, b, settings), keptTable(state, rows, settings)];
            }}
          />
        </div>
      </header>
      <div className={styles.columns}>
        <TwoRankings a={a} b={b} />
        <div className={styles.over}>
          <p className={styles.asked}>
            <b>Over all queries</b>
            <span role="status"> {settings.words !== undefined && <Counting words={settings.words} />}</span>
          </p>
          {settings.failed !== undefined && (
            <p className={styles.message} role="alert">
              Not everything could be counted: {settings.failed}
            </p>
          )}
          {same && (
            <p className={styles.note}>
              Both sides are the same setting: choose another, or move the sliders away from it.
            </p>
          )}
          <Differences
            a={{ side: a, counted: settings.of(a) }}
            b={{ side: b, counted: settings.of(b) }}
            under={settings.under}
          />
        </div>
      </div>
      <SnapshotsTable sides={rows} settings={settings} />
    </section>
  );
}
