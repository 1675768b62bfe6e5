import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { AbortedError, CapabilityError, InputError } from '../../base/errors.ts';
import { prepareInput } from './media.ts';
import { recordMicrophone } from './microphone.ts';

/** A microphone that hears a tone: the test machine has none. */
function stubMicrophone(): { tracks: MediaStreamTrack[]; close: () => Promise<void> } {
  const context = new AudioContext();
  const oscillator = context.createOscillator();
  const destination = context.createMediaStreamDestination();
  oscillator.connect(destination);
  oscillator.start();
  vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockResolvedValue(destination.stream);
  return { tracks: destination.stream.getTracks(), close: () => context.close() };
}

// Browsers start sound only after a person has done something on the page.
beforeAll(() => userEvent.click(document.body));
afterEach(() => void vi.restoreAllMocks());

test('records for the time asked, tells the level, and switches the microphone off', async () => {
  const { tracks, close } = stubMicrophone();
  const levels: number[] = [];
  const blob = await recordMicrophone({ seconds: 1.5, onLevel: (peak) => levels.push(peak) });
  const input = await prepareInput({ modality: 'audio', blob });
  if (input.modality !== 'audio') throw new Error('no sound came back');
  // How much of it a busy machine delivers is not tested, only that it is no mere click.
  expect(input.samples.length).toBeGreaterThan(0.3 * 16_000);
  expect(levels.length).toBeGreaterThan(0);
  expect(Math.max(...levels)).toBeGreaterThan(0.5);
  expect(tracks.map(({ readyState }) => readyState)).toEqual(['ended']);
  await close();
});

test('can be finished early, or cancelled; the microphone is off after both', async () => {
  const finish = new AbortController();
  const first = stubMicrophone();
  const recording = recordMicrophone({
    seconds: 60,
    finish: finish.signal,
    onLevel: () => finish.abort(),
  });
  expect((await recording).size).toBeGreaterThan(0);
  expect(first.tracks[0]!.readyState).toBe('ended');
  await first.close();
  const cancel = new AbortController();
  const second = stubMicrophone();
  const cancelled = recordMicrophone({
    seconds: 60,
    signal: cancel.signal,
    onLevel: () => cancel.abort(),
  });
  await expect(cancelled).rejects.toBeInstanceOf(AbortedError);
  expect(second.tracks[0]!.readyState).toBe('ended');
  await second.close();
});

test('refusal, absence and other failures say what to do', async () => {
  for (const [name, words] of [
    ['NotAllowedError', 'Allow it'],
    ['NotFoundError', 'no microphone'],
    ['NotReadableError', 'could not be opened'],
  ] as const) {
    vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockRejectedValue(new DOMException('x', name));
    const recording = recordMicrophone({ seconds: 1 });
    await expect(recording).rejects.toBeInstanceOf(CapabilityError);
    await expect(recording).rejects.toThrow(words);
  }
  await expect(recordMicrophone({ seconds: 0 })).rejects.toBeInstanceOf(InputError);
  await expect(recordMicrophone({ seconds: 1, signal: AbortSignal.abort() })).rejects.toBeInstanceOf(
    AbortedError,
  );
});
