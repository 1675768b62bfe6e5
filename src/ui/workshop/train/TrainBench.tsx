import { Tabs } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { TrainRequest } from '../../../engine/training/types.ts';
import { useLab } from '../../shared/LabContext.tsx';
import { ExperimentsPanel } from './ExperimentsPanel.tsx';
import { LearningPanel } from './LearningPanel.tsx';
import { PairsPanel } from './PairsPanel.tsx';
import { Starts } from './Starts.tsx';
import { TrainForm } from './TrainForm.tsx';
import { usePairs } from './usePairs.ts';
import { usePool } from './usePool.ts';
import { styles } from './styles.ts';

/** As in Train.module.css: form and stage one above the other. */
const STACKED = '(max-width: 900px)';

type Stage = 'learning' | 'pairs' | 'experiments';

/** A bond is trained in the browser: what it is told, the pairs it learns from, how it learns, and what pairs are worth. */
export default function TrainBench() {
  const training = useLab((s) => s.engine.training);
  const note = useLab((s) => s.engine.training.note());
  const attempt = useLab((s) => s.attempt);
  const setWorkshop = useLab((s) => s.setWorkshop);
  const poolId = useLab((s) => s.workshop.form.pool);
  const [stage, setStage] = useState<Stage>('learning');
  const [starting, setStarting] = useState(false);
  const pool = usePool(poolId);
  const { pairs, look, cancel } = usePairs();
  const opened = useOpened(training.opened);

  const place = useRef<HTMLDivElement>(null);
  const open = (next: Stage) => {
    setStage(next);
    // Where the form stands above it, what was asked for would be out of sight.
    if (matchMedia(STACKED).matches) place.current?.scrollIntoView({ block: 'start' });
  };
  const train = (request: TrainRequest) => {
    setStarting(true);
    void attempt(() => training.train(request)).then((runId) => {
      setStarting(false);
      if (runId === undefined) return;
      setWorkshop({ runId });
      open('learning');
    });
  };
  return (
    <section className={styles.panel} aria-labelledby="train-title">
      <header className={styles.head}>
        <h2 id="train-title">Train a bond</h2>
        <p className={styles.summary}>
          Unpaired items, pseudo-pairs, a projector: the paper’s method, in this browser, with nothing sent
          anywhere.
        </p>
      </header>
      {note !== undefined && (
        <p className={styles.problem} role="status">
          {note}
        </p>
      )}
      <Starts onTrain={train} starting={starting} />
      <div className={styles.body}>
        <TrainForm
          pool={pool}
          onTrain={train}
          onLook={() => {
            open('pairs');
            look();
          }}
          starting={starting}
        />
        <Tabs
          ref={place}
          className={styles.stage!}
          value={stage}
          variant="pills"
          onChange={(next) => next && setStage(next as Stage)}
        >
          <Tabs.List aria-label="What is shown">
            <Tabs.Tab value="learning">Learning</Tabs.Tab>
            <Tabs.Tab value="pairs">Pairs</Tabs.Tab>
            <Tabs.Tab value="experiments">What pairs are worth</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="learning">
            <LearningPanel opened={opened} />
          </Tabs.Panel>
          <Tabs.Panel value="pairs">
            <PairsPanel pairs={pairs} onLook={look} onCancel={cancel} />
          </Tabs.Panel>
          <Tabs.Panel value="experiments">
            <ExperimentsPanel opened={opened} />
          </Tabs.Panel>
        </Tabs>
      </div>
    </section>
  );
}

/** True as soon as what the browser kept is there. */
function useOpened(opened: Promise<void>): boolean {
  const [done, setDone] = useState(false);
  useEffect(() => {
    let here = true;
    const tell = () => here && setDone(true);
    // What could not be opened is told by the engine's note.
    opened.then(tell, tell);
    return () => {
      here = false;
    };
  }, [opened]);
  return done;
}
