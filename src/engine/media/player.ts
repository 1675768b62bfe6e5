import { CapabilityError } from '../../base/errors.ts';

/** Mono samples, or a file that the browser decodes. */
export type Playable = { samples: Float32Array; sampleRateHz: number } | Blob;

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

async function toBuffer(context: AudioContext, playable: Playable): Promise<AudioBuffer> {
  if (playable instanceof Blob) return context.decodeAudioData(await playable.arrayBuffer());
  const { samples, sampleRateHz } = playable;
  const buffer = context.createBuffer(1, samples.length, sampleRateHz);
  buffer.getChannelData(0).set(samples);
  return buffer;
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
        const buffer = await toBuffer(context, await load());
        if (current !== mine) return;
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
