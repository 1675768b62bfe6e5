import { CapabilityError } from '../../base/errors.ts';

export interface Playable {
  samples: Float32Array;
  sampleRateHz: number;
}

/** Plays one sound at a time, only when asked to. */
export interface SoundPlayer {
  /** Plays `id`, or stops it when it is playing. @throws CapabilityError when the browser gives no sound output. */
  toggle(id: string, load: () => Promise<Playable>): Promise<void>;
  stop(): void;
  /** Id of what plays now. */
  playing(): string | undefined;
  onChange(listener: () => void): () => void;
  dispose(): void;
}

export function createPlayer(): SoundPlayer {
  const listeners = new Set<() => void>();
  let context: AudioContext | undefined;
  let current: { id: string; source?: AudioBufferSourceNode } | undefined;

  const changeTo = (next: typeof current) => {
    current = next;
    for (const listener of listeners) listener();
  };
  const stop = () => {
    if (!current) return;
    const { source } = current;
    if (source) {
      source.onended = null;
      source.stop();
    }
    changeTo(undefined);
  };
  return {
    async toggle(id, load) {
      const same = current?.id === id;
      stop();
      if (same) return;
      const mine: NonNullable<typeof current> = { id };
      changeTo(mine);
      try {
        context ??= new AudioContext();
        await context.resume();
        const { samples, sampleRateHz } = await load();
        if (current !== mine) return;
        const buffer = context.createBuffer(1, samples.length, sampleRateHz);
        buffer.getChannelData(0).set(samples);
        const source = context.createBufferSource();
        source.buffer = buffer;
        source.connect(context.destination);
        source.onended = () => {
          if (current === mine) changeTo(undefined);
        };
        mine.source = source;
        source.start();
      } catch (error) {
        if (current === mine) changeTo(undefined);
        throw error instanceof DOMException
          ? new CapabilityError(
              `This browser could not play the sound (${error.message}). Check its sound output.`,
            )
          : error;
      }
    },
    stop,
    playing: () => current?.id,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispose() {
      stop();
      listeners.clear();
      void context?.close();
      context = undefined;
    },
  };
}
