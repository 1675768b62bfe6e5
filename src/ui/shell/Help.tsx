import { Drawer } from '@mantine/core';
import { useLab } from '../shared/LabContext.tsx';
import styles from './Help.module.css';

/** The method on one page, and how to use the lab. */
export function Help({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const embedded = useLab((s) => s.engine.embedded);
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size="md"
      title="What you are looking at"
      closeButtonProps={{ 'aria-label': 'Close the help' }}
    >
      <div className={styles.help}>
        <p>
          A <b className={styles.base}>unified</b> space knows sounds, pictures and texts, all of them a
          little. An <b className={styles.expert}>expert</b> space knows two of them well. A bond joins them
          without training either anew (FreeBind, ICML 2024, arXiv 2405.04883).
        </p>
        <dl>
          <dt>Combination, c( )</dt>
          <dd>
            The expert is projected into the frozen unified space. Each item’s vector is then (1 − f) · base +
            f · expert, brought to unit length.
          </dd>
          <dt>Displacement, d( )</dt>
          <dd>
            The unified space is projected into the expert’s. The expert keeps what it knows; what it does not
            know{embedded && ', sounds here,'} comes along and pays.
          </dd>
          <dt>Factor f</dt>
          <dd>
            From the base (0) to the expert (1), one for each modality. Its colour is its value: indigo to
            amber.
          </dd>
          <dt>Projectors</dt>
          <dd>
            Small networks trained on pseudo-pairs: neighbours found in unpaired data, without labels. Up to
            seven an expert are averaged; of two experts beside each other, fourteen.
          </dd>
          <dt>Exact, not approximate</dt>
          <dd>
            Scores are closed form in the factors: a few products a pair, equal to fusing and scoring
            everything again.
          </dd>
        </dl>
        <h3>Try</h3>
        <ol>
          {embedded ? (
            <li>Drag Foley’s audio slider and watch the ringed row climb, and sound → picture pay below.</li>
          ) : (
            <li>
              Drag a slider towards an expert and watch the ringed row move, and what gains and pays below.
            </li>
          )}
          <li>Type “thunder”, drop a picture, or clap into the microphone.</li>
          {embedded && <li>Choose PicText_U above: the base moves into the expert’s space instead.</li>}
          <li>
            Click a score to see which parts it is the sum of; pin a row and follow its rank through a drag.
          </li>
          <li>
            Open Evidence: click the star on the landscape, see in Queries whom it hurts, open one and read
            why. The ridge above each slider shows the chosen task along its way.
          </li>
          <li>
            Open Workshop: train a bond and watch it learn, look at the pairs it learned from, build a recipe
            of several experts, leave out a projector and see who misses it.
          </li>
          <li>
            Open Data: drop a folder of your own pictures and sounds, or the embeddings of a notebook, and use
            them here.
          </li>
        </ol>
        <h3>Keyboard</h3>
        <p>
          Tab reaches everything. On a slider, arrows move by 0.01, Home and End go to the ends; a double
          click goes back. On the landscape, arrows move both factors.
        </p>
        <p className={styles.small}>
          Circle: picture. Triangle: sound. Square: text.{' '}
          {embedded && 'Pictures: Twemoji (CC BY 4.0). All sounds are synthesised here. '}Nothing leaves this
          browser.
        </p>
      </div>
    </Drawer>
  );
}
