import { useRef, useState } from 'react';
import { describeTestClip } from '../../world/sounds/captions.ts';
import { renderClip } from '../../world/sounds/clip.ts';
import { CONCEPTS } from '../../world/sounds/concepts.ts';
import { testClips } from '../../world/sounds/soundSplit.ts';
import type { ClipSpec } from '../../world/types.ts';
import styles from './SoundShelf.module.css';

const SAMPLE_RATE_HZ = 16_000;
const CLIPS = testClips(1);
const CATEGORY = new Map(CONCEPTS.map(({ id, category }) => [id, category]));
const SHELVES = [...new Set(CONCEPTS.map(({ category }) => category))];

/** The sounding half of the collection: one unheard clip of each concept, made in the page when it is played. */
export function SoundShelf() {
  const [playing, setPlaying] = useState<string>();
  const current = useRef<{ context: AudioContext; source: AudioBufferSourceNode } | undefined>(undefined);

  const play = (clip: ClipSpec) => {
    const context = current.current?.context ?? new AudioContext();
    current.current?.source.stop();
    const samples = renderClip(clip);
    const buffer = context.createBuffer(1, samples.length, SAMPLE_RATE_HZ);
    buffer.getChannelData(0).set(samples);
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(context.destination);
    source.onended = () => setPlaying((now) => (now === clip.concept ? undefined : now));
    source.start();
    current.current = { context, source };
    setPlaying(clip.concept);
  };

  return (
    <main className={styles.page}>
      <h1>Bondlab</h1>
      <p>
        The sounds of “Emoji &amp; Foley”: {CLIPS.length} sounding concepts, each synthesised here from a seed
        when you play it.
      </p>
      {SHELVES.map((category) => (
        <section key={category}>
          <h2>{category}</h2>
          <div className={styles.clips}>
            {CLIPS.filter(({ concept }) => CATEGORY.get(concept) === category).map((clip) => (
              <button
                key={clip.concept}
                type="button"
                aria-pressed={playing === clip.concept}
                onClick={() => play(clip)}
              >
                <span aria-hidden="true">{playing === clip.concept ? '■' : '▶'}</span>{' '}
                {describeTestClip(clip)}
              </button>
            ))}
          </div>
        </section>
      ))}
    </main>
  );
}
