/** Reads a sound's own sample rate from its header: pure. */

const text = (bytes: Uint8Array, at: number, length: number) =>
  String.fromCharCode(...bytes.subarray(at, at + length));

/** Bytes that are looked through: headers lie at the beginning. */
const LOOKED_AT = 4096;

/** The rate that a WAV, FLAC, Ogg or MP3 file states, in Hz; undefined of others, and of rates beyond 3,000 to 384,000 Hz. */
export function soundRateOf(bytes: Uint8Array): number | undefined {
  const head = bytes.subarray(0, LOOKED_AT);
  const rate = wavRate(head) ?? flacRate(head) ?? oggRate(head) ?? mp3Rate(bytes);
  return rate !== undefined && rate >= 3000 && rate <= 384_000 ? rate : undefined;
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function wavRate(head: Uint8Array): number | undefined {
  if (!/^RIFF|^RF64/.test(text(head, 0, 4)) || text(head, 8, 4) !== 'WAVE') return undefined;
  const view = viewOf(head);
  for (let at = 12; at + 16 <= head.length;) {
    if (text(head, at, 4) === 'fmt ') return view.getUint32(at + 12, true);
    at += 8 + view.getUint32(at + 4, true) + (view.getUint32(at + 4, true) & 1);
  }
  return undefined;
}

function flacRate(head: Uint8Array): number | undefined {
  if (text(head, 0, 4) !== 'fLaC' || head.length < 21) return undefined;
  return (head[18]! << 12) | (head[19]! << 4) | (head[20]! >> 4);
}

/** Vorbis states its rate; Opus is always decoded at 48 kHz. */
function oggRate(head: Uint8Array): number | undefined {
  if (text(head, 0, 4) !== 'OggS') return undefined;
  const all = text(head, 0, Math.min(head.length, 256));
  if (all.includes('OpusHead')) return 48_000;
  const at = all.indexOf('\u0001vorbis');
  return at >= 0 && at + 16 <= head.length ? viewOf(head).getUint32(at + 12, true) : undefined;
}

/** By the two bits of the first frame's header and its version (MPEG 1, 2, 2.5). */
const MP3_RATES = [44_100, 48_000, 32_000] as const;
const MP3_SHARE: Readonly<Record<number, number>> = { 3: 1, 2: 2, 0: 4 };

function mp3Rate(bytes: Uint8Array): number | undefined {
  let at = 0;
  if (text(bytes, 0, 3) === 'ID3' && bytes.length > 10)
    at = 10 + ((bytes[6]! << 21) | (bytes[7]! << 14) | (bytes[8]! << 7) | bytes[9]!);
  const [first, second, third] = [bytes[at], bytes[at + 1], bytes[at + 2]];
  // Eleven bits of synchronisation, a version and a layer that there are.
  if (first !== 0xff || second === undefined || third === undefined) return undefined;
  if ((second & 0xe0) !== 0xe0 || (second & 0x06) === 0 || (second & 0x18) === 0x08) return undefined;
  const rate = MP3_RATES[(third >> 2) & 3];
  return rate && rate / MP3_SHARE[(second >> 3) & 3]!;
}
