/** Files made in the tests themselves: WAV sounds and pictures. */

interface WavOptions {
  sampleRateHz?: number;
  channels?: number;
  /** 32 writes IEEE floats. */
  bits?: 16 | 32;
  type?: string;
}

/** A WAV file of `seconds`; `sample(t, channel)` gives the value at time t in seconds. */
export function wav(
  seconds: number,
  sample: (t: number, channel: number) => number,
  { sampleRateHz = 16_000, channels = 1, bits = 16, type = 'audio/wav' }: WavOptions = {},
): Blob {
  const n = Math.round(seconds * sampleRateHz);
  const frame = (channels * bits) / 8;
  const view = new DataView(new ArrayBuffer(44 + n * frame));
  const word = (at: number, text: string) =>
    Array.from(text, (c, i) => view.setUint8(at + i, c.charCodeAt(0)));
  word(0, 'RIFF');
  view.setUint32(4, 36 + n * frame, true);
  word(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, bits === 32 ? 3 : 1, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, sampleRateHz, true);
  view.setUint32(28, sampleRateHz * frame, true);
  view.setUint16(32, frame, true);
  view.setUint16(34, bits, true);
  word(36, 'data');
  view.setUint32(40, n * frame, true);
  for (let i = 0; i < n; i++) {
    for (let channel = 0; channel < channels; channel++) {
      const at = 44 + i * frame + (channel * bits) / 8;
      const value = sample(i / sampleRateHz, channel);
      if (bits === 32) view.setFloat32(at, value, true);
      else view.setInt16(at, Math.round(value * 32_767), true);
    }
  }
  return new Blob([view.buffer as ArrayBuffer], { type });
}

/** A sine of `hz` and peak `peak`. */
export const sine =
  (hz: number, peak = 0.5) =>
  (t: number) =>
    peak * Math.sin(2 * Math.PI * hz * t);

/** A picture file drawn on a canvas. */
export async function picture(
  width: number,
  height: number,
  draw: (context: OffscreenCanvasRenderingContext2D) => void,
  type = 'image/png',
): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  draw(canvas.getContext('2d')!);
  return canvas.convertToBlob({ type });
}
