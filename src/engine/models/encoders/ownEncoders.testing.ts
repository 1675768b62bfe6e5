/** A store of kept models in memory, and media that tests make themselves. */
import type { KeptModel } from '../types.ts';
import type { KeptModels } from './encoderList.ts';
import { asBlobs, keptRecord, type RepositoryFiles } from './repositories.testing.ts';

export interface MemoryModels extends KeptModels {
  keep(repo: string, files: RepositoryFiles, precision?: KeptModel['precision'], at?: string): void;
  drop(repo: string): void;
}

export function memoryModels(): MemoryModels {
  const kept = new Map<string, { model: KeptModel; files: ReadonlyMap<string, Blob> }>();
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  return {
    opened: Promise.resolve(),
    kept: () => [...kept.values()].map(({ model }) => model),
    files: (repo) => Promise.resolve(kept.get(repo)!.files),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    keep(repo, files, precision, at) {
      const blobs = asBlobs(files);
      kept.set(repo, { model: keptRecord(repo, blobs, precision, at), files: blobs });
      tell();
    },
    drop(repo) {
      kept.delete(repo);
      tell();
    },
  };
}

/** A 16-bit mono WAV of a tone. */
export function toneWav(hz: number, seconds: number, rate: number): Blob {
  const count = Math.round(seconds * rate);
  const view = new DataView(new ArrayBuffer(44 + count * 2));
  const write = (at: number, text: string) =>
    text.split('').forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  write(0, 'RIFF');
  view.setUint32(4, 36 + count * 2, true);
  write(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  write(36, 'data');
  view.setUint32(40, count * 2, true);
  for (let i = 0; i < count; i++)
    view.setInt16(44 + i * 2, Math.round(16_000 * Math.sin((2 * Math.PI * hz * i) / rate)), true);
  return new Blob([view], { type: 'audio/wav' });
}
