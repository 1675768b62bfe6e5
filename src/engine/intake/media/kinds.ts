/** What files are by the ends of their names. */

/** Media types of pictures that browsers decode. */
const PICTURES: Readonly<Record<string, string>> = {
  png: 'image/png',
  apng: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  jpe: 'image/jpeg',
  jfif: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
  bmp: 'image/bmp',
  svg: 'image/svg+xml',
};

/** Media types of sounds, and of videos whose sound is taken. */
const SOUNDS: Readonly<Record<string, string>> = {
  wav: 'audio/wav',
  wave: 'audio/wav',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  oga: 'audio/ogg',
  opus: 'audio/ogg',
  flac: 'audio/flac',
  m4a: 'audio/mp4',
  aac: 'audio/aac',
  weba: 'audio/webm',
  webm: 'video/webm',
  mp4: 'video/mp4',
};

/** What is no caption, though it may lie beside pictures: each kind with what to do. */
const NO_PICTURE = 'Browsers cannot read this kind of picture: save it as PNG or JPEG.';
const NO_SOUND = 'Browsers cannot read this kind of sound: save it as WAV or FLAC.';
const NO_VIDEO = 'Browsers cannot read this kind of video: save its sound as WAV, or the video as MP4.';
const REFUSED: readonly [extensions: string, reason: string][] = [
  ['heic heif tif tiff jxl jp2 psd ai eps raw cr2 nef arw dng ico icns exr hdr tga ppm pgm', NO_PICTURE],
  ['aif aiff aifc wma mid midi amr ac3 au ra caf ape sph', NO_SOUND],
  ['mov avi mkv wmv flv mpg mpeg 3gp', NO_VIDEO],
  [
    'pdf doc docx ppt pptx xls xlsx odt ods odp rtf',
    'This is a document: save its pictures or its text as files.',
  ],
  ['rar 7z tar gz tgz bz2 xz', 'This kind of archive cannot be read here: unpack it, or pack it as a zip.'],
];

/** Captions of one file, or a list of them. */
const TEXTS = new Set(['txt', 'caption', 'captions', 'token', 'csv', 'tsv', 'jsonl', 'ndjson']);

export type FileKind = 'image' | 'audio' | 'text' | 'other';

/** What a file is, by the extension of its name in lower case. */
export function kindOf(extension: string): FileKind {
  if (Object.hasOwn(PICTURES, extension)) return 'image';
  if (Object.hasOwn(SOUNDS, extension)) return 'audio';
  return TEXTS.has(extension) ? 'text' : 'other';
}

/** The media type that goes with an extension; "" where there is none that is known. */
export function typeOf(extension: string): string {
  if (Object.hasOwn(PICTURES, extension)) return PICTURES[extension]!;
  return Object.hasOwn(SOUNDS, extension) ? SOUNDS[extension]! : '';
}

/** Why a file with this extension is neither picture, sound nor text. */
export function refusalOf(extension: string): string {
  const found = REFUSED.find(([extensions]) => extensions.split(' ').includes(extension));
  return found?.[1] ?? 'This is no picture, sound or text that can be read here.';
}
