import { CapabilityError, MediaError } from '../../base/errors.ts';
import { checkBlob, nameOf } from './blobs.ts';
import { MAX_SOUND_S, peakOf, SAMPLE_RATE_HZ, SILENCE_PEAK } from './inputs.ts';

const READABLE = 'Sounds can be WAV, MP3, Ogg, WebM, FLAC, AAC or M4A.';
/** 60 s of 24-bit stereo at 96 kHz are 35 MB. */
const MAX_BYTES = 40_000_000;
const MIN_SOUND_S = 0.1;
/** Peak of the quietest clip of the collection, about: 0.9 heard from far away (-26 dB). */
const QUIET_PEAK = 0.05;
/** After this long a browser that does not tell a file's duration is asked no more. */
const METADATA_TIMEOUT_MS = 3000;

/**
 * A sound file (or the sound of a video) as mono samples at 16 kHz, the mean of its channels. One quieter than every clip
 * of the collection is raised to the quietest clip's level. Long files are refused by their stated duration, before they
 * are decoded. Main thread only: workers have no decoder.
 * @throws MediaError when the file is empty, of another type, damaged, silent, shorter than 0.1 s or longer than 60 s;
 * CapabilityError when the browser has no decoder.
 */
export async function readSound(blob: Blob): Promise<Float32Array<ArrayBuffer>> {
  checkBlob(blob, { types: /^(audio|video)\/|^application\/ogg/, readable: READABLE, maxBytes: MAX_BYTES });
  if (typeof OfflineAudioContext === 'undefined')
    throw new CapabilityError(
      'This browser cannot decode sound. Use a current Chrome, Firefox, Edge or Safari.',
    );
  checkDuration(blob, await statedDurationS(blob));
  const context = new OfflineAudioContext(1, 1, SAMPLE_RATE_HZ);
  let buffer: AudioBuffer;
  try {
    buffer = await context.decodeAudioData(await blob.arrayBuffer());
  } catch {
    throw new MediaError(
      `${nameOf(blob)} could not be decoded: it is damaged, has no sound, or is of a type that this browser cannot read. ${READABLE}`,
    );
  }
  checkDuration(blob, buffer.duration);
  return checkLevel(blob, toMono(buffer));
}

function checkDuration(blob: Blob, seconds: number | undefined): void {
  if (seconds === undefined) return;
  if (seconds > MAX_SOUND_S) {
    throw new MediaError(
      `${nameOf(blob)} lasts ${Math.round(seconds)} s; at most ${MAX_SOUND_S} s are taken. Cut it to the part that matters.`,
    );
  }
  if (seconds < MIN_SOUND_S) {
    throw new MediaError(
      `${nameOf(blob)} lasts ${(seconds * 1000).toFixed(0)} ms; at least ${MIN_SOUND_S * 1000} ms are needed. Choose a longer sound.`,
    );
  }
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

/** Refuses silence and broken numbers; raises what is quieter than every clip of the collection. */
function checkLevel(blob: Blob, samples: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  const peak = peakOf(samples);
  if (!Number.isFinite(peak))
    throw new MediaError(
      `${nameOf(blob)} holds samples that are no numbers. Save it anew, as 16-bit WAV for example.`,
    );
  if (peak < SILENCE_PEAK)
    throw new MediaError(`${nameOf(blob)} is silent. Choose another sound, or check the microphone.`);
  if (peak < QUIET_PEAK) for (let i = 0; i < samples.length; i++) samples[i]! *= QUIET_PEAK / peak;
  return samples;
}
