import { CapabilityError, MediaError } from '../../base/errors.ts';
import { soundRateOf } from '../models/encoders/soundHeader.ts';
import { checkBlob, nameOf } from './blobs.ts';
import { MAX_SOUND_S, peakOf, SAMPLE_RATE_HZ, SILENCE_PEAK } from './inputs.ts';
import { resampleInPieces } from './resample.ts';

const READABLE = 'Sounds can be WAV, MP3, Ogg, WebM, FLAC, AAC or M4A.';
/** 60 s of 24-bit stereo at 96 kHz are 35 MB. */
export const MAX_SOUND_BYTES = 40_000_000;
const MIN_SOUND_S = 0.1;
/** Peak of the quietest clip of the collection, about: 0.9 heard from far away (-26 dB). */
const QUIET_PEAK = 0.05;
/** After this long a browser that does not tell a file's duration is asked no more. */
const METADATA_TIMEOUT_MS = 3000;

/** Where a file does not say at which rate it was taken (MP4, WebM): no lower than that of nearly all sounds. */
const USUAL_RATE_HZ = 48_000;

/**
 * A sound file (or the sound of a video) as mono samples at 16 kHz. One quieter than every clip of the collection is raised to
 * the quietest clip's level. Main thread only: workers have no decoder.
 * @throws MediaError as decodeSound, and when it is silent or shorter than 0.1 s; CapabilityError when the browser has no
 * decoder.
 */
export async function readSound(blob: Blob): Promise<Float32Array<ArrayBuffer>> {
  const { samples, sampleRateHz } = await decodeSound(blob);
  checkShortest(blob, samples.length / sampleRateHz);
  return checkLevel(blob, await resampleInPieces(samples, sampleRateHz, SAMPLE_RATE_HZ));
}

/**
 * A sound file (or the sound of a video) as mono samples, the mean of its channels, at its own rate, or at 48 kHz where its
 * header tells none: a browser that decodes to a lower rate lets tones above half of it come back as others (Chromium's lie 12
 * to 22 dB below the tone they come from). Long files are refused by their stated duration, before they are decoded. Main
 * thread only.
 * @throws MediaError when the file is empty, of another type, damaged or longer than 60 s; CapabilityError when the browser has
 * no decoder.
 */
export async function decodeSound(
  blob: Blob,
): Promise<{ samples: Float32Array<ArrayBuffer>; sampleRateHz: number }> {
  checkBlob(blob, {
    types: /^(audio|video)\/|^application\/ogg/,
    readable: READABLE,
    maxBytes: MAX_SOUND_BYTES,
  });
  if (typeof OfflineAudioContext === 'undefined')
    throw new CapabilityError(
      'This browser cannot decode sound. Use a current Chrome, Firefox, Edge or Safari.',
    );
  checkLongest(blob, await statedDurationS(blob));
  const bytes = await blob.arrayBuffer();
  const context = contextOf(soundRateOf(new Uint8Array(bytes)) ?? USUAL_RATE_HZ);
  let buffer: AudioBuffer;
  try {
    buffer = await context.decodeAudioData(bytes);
  } catch {
    throw new MediaError(
      `${nameOf(blob)} could not be decoded: it is damaged, has no sound, or is of a type that this browser cannot read. ${READABLE}`,
    );
  }
  checkLongest(blob, buffer.duration);
  const samples = toMono(buffer);
  if (!samples.every(Number.isFinite))
    throw new MediaError(
      `${nameOf(blob)} holds samples that are no numbers. Save it anew, as 16-bit WAV for example.`,
    );
  return { samples, sampleRateHz: buffer.sampleRate };
}

/** A context of this rate; of the usual one where the browser refuses it. */
function contextOf(rateHz: number): OfflineAudioContext {
  try {
    return new OfflineAudioContext(1, 1, rateHz);
  } catch {
    return new OfflineAudioContext(1, 1, USUAL_RATE_HZ);
  }
}

function checkLongest(blob: Blob, seconds: number | undefined): void {
  if (seconds !== undefined && seconds > MAX_SOUND_S)
    throw new MediaError(
      `${nameOf(blob)} lasts ${Math.round(seconds)} s; at most ${MAX_SOUND_S} s are taken. Cut it to the part that matters.`,
    );
}

function checkShortest(blob: Blob, seconds: number): void {
  if (seconds < MIN_SOUND_S)
    throw new MediaError(
      `${nameOf(blob)} lasts ${(seconds * 1000).toFixed(0)} ms; at least ${MIN_SOUND_S * 1000} ms are needed. Choose a longer sound.`,
    );
}

/** What the file's header says, without decoding it; undefined where it says nothing (recordings often do not). */
async function statedDurationS(blob: Blob): Promise<number | undefined> {
  const url = URL.createObjectURL(blob);
  const audio = new Audio();
  try {
    return await new Promise((resolve) => {
      const timer = setTimeout(() => resolve(undefined), METADATA_TIMEOUT_MS);
      const finish = (seconds: number | undefined) => {
        clearTimeout(timer);
        resolve(seconds);
      };
      audio.onloadedmetadata = () => finish(Number.isFinite(audio.duration) ? audio.duration : undefined);
      audio.onerror = () => finish(undefined);
      audio.preload = 'metadata';
      audio.src = url;
    });
  } finally {
    audio.removeAttribute('src');
    URL.revokeObjectURL(url);
  }
}

function toMono(buffer: AudioBuffer): Float32Array<ArrayBuffer> {
  const mono = new Float32Array(buffer.length);
  for (let channel = 0; channel < buffer.numberOfChannels; channel++) {
    const samples = buffer.getChannelData(channel);
    for (let i = 0; i < mono.length; i++) mono[i]! += samples[i]! / buffer.numberOfChannels;
  }
  return mono;
}

/** Refuses silence; raises what is quieter than every clip of the collection. */
function checkLevel(blob: Blob, samples: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  const peak = peakOf(samples);
  if (peak < SILENCE_PEAK)
    throw new MediaError(`${nameOf(blob)} is silent. Choose another sound, or check the microphone.`);
  if (peak < QUIET_PEAK) for (let i = 0; i < samples.length; i++) samples[i]! *= QUIET_PEAK / peak;
  return samples;
}
