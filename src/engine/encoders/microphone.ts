import { AbortedError, CapabilityError, InputError, MediaError, throwIfAborted } from '../../base/errors.ts';
import { MAX_SOUND_S } from './inputs.ts';

export interface RecordingOptions {
  /** Length of the recording, more than 0 and at most 60 s; stopping early is finish(). */
  seconds: number;
  /** Aborting throws the recording away. */
  signal?: AbortSignal;
  /** Ends the recording early and keeps it, when it is aborted. */
  finish?: AbortSignal;
  /** Called about 60 times a second with the peak of the last moments, 0 to 1. */
  onLevel?: (peak: number) => void;
}

/**
 * Records the microphone. It is switched off again before this settles, whatever happens.
 * @throws InputError on a length that is not taken, CapabilityError when there is no microphone or it may not be used, MediaError when nothing was recorded,
 * AbortedError.
 */
export async function recordMicrophone(options: RecordingOptions): Promise<Blob> {
  const { seconds, signal } = options;
  if (!(seconds > 0 && seconds <= MAX_SOUND_S))
    throw new InputError(`A recording lasts up to ${MAX_SOUND_S} s, not ${seconds}.`);
  throwIfAborted(signal);
  const stream = await openMicrophone();
  try {
    throwIfAborted(signal);
    return await record(stream, options);
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}

async function openMicrophone(): Promise<MediaStream> {
  if (typeof MediaRecorder === 'undefined' || !navigator.mediaDevices) {
    throw new CapabilityError(
      'This browser cannot record here: recording needs https (or localhost) and a current browser. Choose a sound file instead.',
    );
  }
  try {
    // The browser's clean-up for speech would remove the very sounds that the encoders know.
    return await navigator.mediaDevices.getUserMedia({
      audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    });
  } catch (error) {
    const name = error instanceof DOMException ? error.name : '';
    if (name === 'NotAllowedError' || name === 'SecurityError') {
      throw new CapabilityError(
        'The microphone may not be used. Allow it in the address bar, or choose a sound file instead.',
      );
    }
    if (name === 'NotFoundError')
      throw new CapabilityError('There is no microphone. Connect one, or choose a sound file instead.');
    throw new CapabilityError(
      `The microphone could not be opened (${error instanceof Error ? error.message : name}). Close other programs that use it, or choose a sound file instead.`,
    );
  }
}

function record(stream: MediaStream, { seconds, signal, finish, onLevel }: RecordingOptions): Promise<Blob> {
  const recorder = new MediaRecorder(stream);
  const parts: Blob[] = [];
  const stop = () => {
    if (recorder.state !== 'inactive') recorder.stop();
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stopMeter = onLevel ? startMeter(stream, onLevel) : () => undefined;
  return new Promise<Blob>((resolve, reject) => {
    // The time asked counts from the first sample, however long the microphone takes to start.
    recorder.onstart = () => {
      timer = setTimeout(stop, seconds * 1000);
    };
    recorder.ondataavailable = ({ data }) => parts.push(data);
    recorder.onerror = () =>
      reject(
        new CapabilityError('The recording stopped by itself. Check the microphone, or choose a sound file.'),
      );
    recorder.onstop = () => {
      if (signal?.aborted) return reject(new AbortedError('The recording was cancelled.'));
      const recorded = new Blob(parts, { type: recorder.mimeType });
      if (recorded.size > 0) resolve(recorded);
      else reject(new MediaError('Nothing was recorded. Check the microphone and record again.'));
    };
    signal?.addEventListener('abort', stop);
    finish?.addEventListener('abort', stop);
    recorder.start();
    if (finish?.aborted) stop();
  }).finally(() => {
    clearTimeout(timer);
    stopMeter();
    signal?.removeEventListener('abort', stop);
    finish?.removeEventListener('abort', stop);
  });
}

/** Tells the peak of the stream at each frame; returns what ends it. */
function startMeter(stream: MediaStream, onLevel: (peak: number) => void): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(analyser);
  const window = new Float32Array(analyser.fftSize);
  let frame = requestAnimationFrame(function tell() {
    analyser.getFloatTimeDomainData(window);
    let peak = 0;
    for (const sample of window) peak = Math.max(peak, Math.abs(sample));
    onLevel(Math.min(1, peak));
    frame = requestAnimationFrame(tell);
  });
  return () => {
    cancelAnimationFrame(frame);
    void context.close();
  };
}
