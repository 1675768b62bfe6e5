import { SegmentedControl } from '@mantine/core';
import { useMemo, useRef, useState } from 'react';
import { metricOf } from '../../../math/answers.ts';
import { slidersOf } from '../../../recipe/sliders.ts';
import type { Factors } from '../../../recipe/types.ts';
import { effectsOf, metricName, type At, type QueryEffect } from '../../../state/evidence/figures.ts';
import { crossedCounts, mostMoved, movedCounts } from '../../../state/evidence/queryFigures.ts';
import { keptBestFound } from '../../../state/evidence/taskFigures.ts';
import { baseName } from '../../../state/workshop/recipesWords.ts';
import { tableOf } from '../../../state/evidence/tables.ts';
import { meanOf, recipeOf } from '../../../state/selectors.ts';
import { ExportMenu } from '../charts/ExportMenu.tsx';
import type { PlotHandle } from '../charts/PlotFigure.tsx';
import { CountFailed } from '../CountFailed.tsx';
import { EvidenceControls } from '../EvidenceControls.tsx';
import { emptyWords } from '../landscape/words.ts';
import { useLater } from '../tasks/useLater.ts';
import { counted, HALF_WORDS, settingWords } from '../tasks/words.ts';
import { Counting } from '../../shared/Counting.tsx';
import { useLab, useLabStore } from '../../shared/LabContext.tsx';
import { mixColor, mixInk } from '../../shared/mix.ts';
import { taskWords } from '../../shared/modality.tsx';
import { EffectList } from './EffectList.tsx';
import { MovedBars, type MovedRow } from './MovedBars.tsx';
import { Oracle } from './Oracle.tsx';
import { OwnBest } from './OwnBest.tsx';
import { styles } from './styles.ts';

type Where = 'best' | 'current';
const WHERES: { value: Where; label: string }[] = [
  { value: 'best', label: 'At the best found' },
  { value: 'current', label: 'At the sliders' },
];
const PLACES = [1, 5, 10];

function barsOf(effects: readonly QueryEffect[]): MovedRow[] {
  return [
    {
      key: 'any',
      name: 'by any place',
      about: 'Queries whose best right answer stands higher or lower than at the base.',
      ...movedCounts(effects),
    },
    ...PLACES.map((k) => ({
      key: `${k}`,
      name: k === 1 ? 'first place' : `first ${k}`,
      about: `Queries whose best right answer came into the first ${k}, or fell out of them: what R@${k} counts.`,
      ...crossedCounts(effects, k),
    })),
  ];
}

/** Whom a setting helps and whom it hurts, query by query, and where each would rather stand. */
export default function QueriesPanel() {
  const engine = useLab((s) => s.engine);
  const recipe = useLab(recipeOf);
  const task = useLab((s) => s.task);
  const metric = useLab((s) => s.metric);
  const half = useLab((s) => s.half);
  const endsStatus = useLab((s) => s.studies.ends);
  const gridStatus = useLab((s) => s.studies.grid);
  const current = useLab((s) => s.studies.current);
  const [chosen, setWhere] = useState<Where>('best');
  // The best is found on a grid over two sliders.
  const nSliders = useMemo(() => slidersOf(recipe).length, [recipe]);
  const where = nSliders < 2 ? 'current' : chosen;
  const open = useOpen();
  const store = useLabStore();
  const chart = useRef<PlotHandle>(null);

  const info = engine.task(task);
  const name = metricName(task, metric, metricOf(metric).name);
  const base = endsStatus.status === 'ready' ? endsStatus.value.base[task] : undefined;
  const grid = gridStatus.status === 'ready' ? gridStatus.value : undefined;
  const countBest = useMemo(() => {
    if (!grid?.result[task] || !base) return undefined;
    return () => keptBestFound(grid, info, { answers: base, setting: 0 }, metric);
  }, [grid, task, base, info, metric]);
  const best = useLater(`${recipe.id} ${task} ${metric}`, countBest)?.value;

  const after = useMemo((): (At & { factors: Factors }) | undefined => {
    if (where === 'best') {
      const answers = grid?.result[task];
      return answers && best && { answers, setting: best.setting, factors: best.factors };
    }
    const answers = current?.result[task];
    return answers && { answers, setting: 0, factors: current!.factors };
  }, [where, grid, task, best, current]);
  const effects = useMemo(
    () => base && after && effectsOf(info, { answers: base, setting: 0 }, after, half),
    [base, after, info, half],
  );
  const helped = useMemo(() => effects && mostMoved(effects, 'helped'), [effects]);
  const hurt = useMemo(() => effects && mostMoved(effects, 'hurt'), [effects]);
  const mean = after ? meanOf(after.factors) : 0;

  return (
    <section
      className={styles.panel}
      aria-labelledby="queries-title"
      style={{ '--mix': mixColor(mean), '--mix-ink': mixInk(mean) } as React.CSSProperties}
    >
      <header className={styles.head}>
        <h2 id="queries-title">Whom it helps, whom it hurts</h2>
        <div className={styles.controls}>
          {nSliders >= 2 && (
            <SegmentedControl
              aria-label="Setting"
              size="xs"
              data={WHERES}
              value={where}
              onChange={(value) => setWhere(value as Where)}
            />
          )}
          <EvidenceControls task metric half />
          <ExportMenu
            name="queries"
            tables={() => (effects ? [tableOf(store.getState(), 'queries')] : [])}
            figure={() => chart.current?.svg()}
          />
        </div>
      </header>
      <Waiting hasGrid={nSliders >= 2} />
      {nSliders === 0 && (
        <p className={styles.summary}>
          {recipe.name} has no slider: every query stands where it stands at the base.
        </p>
      )}
      {effects?.length === 0 && <p className={styles.summary}>{emptyWords(task, half)}</p>}
      {nSliders > 0 && effects && effects.length > 0 && after && helped && hurt && (
        <>
          <p className={styles.summary}>
            <b>{taskWords(task)}</b> at <b>{settingWords(recipe, after.factors, engine.spaces)}</b>
            {where === 'best' && `, the best found for ${name}`}: of{' '}
            {counted(effects.length, 'query', 'queries')} ({HALF_WORDS[half]}),{' '}
            <b className={styles.up}>{helped.length} helped</b>,{' '}
            <b className={styles.down}>{hurt.length} hurt</b> against {baseName(recipe, engine.spaces)}.
          </p>
          <div className={styles.pair}>
            <section aria-label="Helped and hurt">
              <h3>
                Moved against the base <small>the best right answer’s rank</small>
              </h3>
              <MovedBars rows={barsOf(effects)} />
              {grid && base && <Oracle grid={grid} base={base} best={best} />}
            </section>
            <section aria-label="Where each query has its best">
              <h3>
                Where each query would stand <small>its own best setting</small>
              </h3>
              {grid && <OwnBest grid={grid} best={best} chart={chart} />}
            </section>
          </div>
          <div className={styles.pair}>
            <EffectList
              // Another task or half begins with a short list again.
              key={`helped ${task} ${half}`}
              title="Most helped"
              about="rank before → after"
              none="No query stands higher than at the base."
              effects={helped}
              info={info}
              onOpen={({ index }) => open(index, after.factors)}
            />
            <EffectList
              key={`hurt ${task} ${half}`}
              title="Most hurt"
              about="rank before → after"
              none="No query stands lower than at the base."
              effects={hurt}
              info={info}
              onOpen={({ index }) => open(index, after.factors)}
            />
          </div>
        </>
      )}
    </section>
  );
}

/** Opens a query of the focus task in the lab, at given factors. */
function useOpen(): (index: number, factors: Factors) => void {
  const engine = useLab((s) => s.engine);
  const task = useLab((s) => s.task);
  const askItem = useLab((s) => s.askItem);
  const setGallery = useLab((s) => s.setGallery);
  const setFactors = useLab((s) => s.setFactors);
  const show = useLab((s) => s.show);
  return (index, factors) => {
    const { queryModality, galleryModality } = engine.task(task);
    setFactors(factors);
    askItem(queryModality, index);
    if (galleryModality) setGallery(galleryModality);
    show('lab');
  };
}

/** What is still being counted, or could not be. */
function Waiting({ hasGrid }: { hasGrid: boolean }) {
  const ends = useLab((s) => s.studies.ends);
  const grid = useLab((s) => s.studies.grid);
  const awaited = hasGrid ? [ends, grid] : [ends];
  const failed = awaited.find((status) => status.status === 'failed');
  if (failed) return <CountFailed what="Not everything" message={failed.message} />;
  const loading = awaited.find((status) => status.status !== 'ready');
  if (!loading) return null;
  return (
    <p className={styles.summary} role="status">
      <Counting words={loading.status === 'loading' ? loading.words : 'Counting every query …'} />
    </p>
  );
}
