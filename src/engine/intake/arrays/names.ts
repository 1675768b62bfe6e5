/** What the name of an array says: which modality, which space, whether it is an embedding at all. */
import type { Modality } from '../../../base/modality.ts';
import type { MappedSpace } from '../types.ts';

export interface NameSays {
  modality: Modality | undefined;
  /** "ImageBind", "CLAP_g", or the words that are left; undefined where none are. */
  space: string | undefined;
  role: MappedSpace['role'] | undefined;
  /** A word that says that it is no embedding, or one made from others. */
  derived: string | undefined;
  split: 'test' | 'validation' | 'train' | undefined;
  /** What a list of words may be. */
  list: 'captions' | 'labels' | 'ids' | 'halves' | undefined;
}

const MODALITY_WORDS: Readonly<Record<string, Modality>> = {
  ...all('text', 'text texts txt caption captions sentence sentences prompt prompts language lang'),
  ...all('image', 'image images img imgs picture pictures pic pics photo photos vision visual'),
  ...all('audio', 'audio audios aud sound sounds wav waveform'),
};
const LIST_WORDS: Readonly<Record<string, NonNullable<NameSays['list']>>> = {
  ...all('captions', 'caption captions text texts txt sentence sentences prompt prompts title titles'),
  ...all('labels', 'label labels class classes category categories target targets y genre genres'),
  ...all('ids', 'id ids key keys uid uids file files filename filenames path paths name names url urls'),
  ...all('halves', 'half halves split splits'),
};
const SPLITS: Readonly<Record<string, NonNullable<NameSays['split']>>> = {
  ...all('test', 'test eval'),
  ...all('validation', 'val valid validation dev'),
  ...all('train', 'train training'),
};
/** Words of arrays that are made from embeddings, or that belong to a model. */
const DERIVED = new Set(
  'component components fused fusion projected projection scores score sim sims similarity similarities logits plane weight weights bias biases grad grads gradient loss mask cov covariance mean std var running pca umap tsne attention kernel'.split(
    ' ',
  ),
);
/** Words that say nothing. */
const NOISE = new Set(
  'embedding embeddings embed embeds emb embs feature features feat feats vector vectors vec vecs x data array arr all norm normed normalized normalised unit l2 pooled output outputs pooler fp16 fp32 fp64 bf16 float16 float32 float64 f16 f32 npy npz e of the'.split(
    ' ',
  ),
);

interface Known {
  name: string;
  role?: MappedSpace['role'];
}
/** Spaces by the words that they go by; "unified", and experts G and M, as FreeBind's authors call them. */
const KNOWN: Readonly<Record<string, Known>> = {
  imagebind: { name: 'ImageBind', role: 'base' },
  ib: { name: 'ImageBind', role: 'base' },
  unified: { name: 'ImageBind', role: 'base' },
  languagebind: { name: 'LanguageBind', role: 'base' },
  base: { name: 'Base', role: 'base' },
  expert: { name: 'Expert', role: 'expert' },
  clap: { name: 'CLAP', role: 'expert' },
  laionclap: { name: 'CLAP', role: 'expert' },
  internvl: { name: 'InternVL-C', role: 'expert' },
  internvlc: { name: 'InternVL-C', role: 'expert' },
  clip: { name: 'CLIP' },
  openclip: { name: 'OpenCLIP' },
  siglip: { name: 'SigLIP' },
  siglip2: { name: 'SigLIP 2' },
  mobileclip: { name: 'MobileCLIP' },
  audioclip: { name: 'AudioCLIP' },
  wav2clip: { name: 'Wav2CLIP' },
  blip: { name: 'BLIP' },
  blip2: { name: 'BLIP-2' },
  dinov2: { name: 'DINOv2' },
};
/** Letters behind an expert's name that name which: CLAP of general sounds, CLAP of music and speech. */
const VARIANTS = new Set(['g', 'm']);

function all<T extends string>(value: T, words: string): Record<string, T> {
  return Object.fromEntries(words.split(' ').map((word) => [word, value]));
}

const own = <T>(table: Readonly<Record<string, T>>, word: string): T | undefined =>
  Object.hasOwn(table, word) ? table[word] : undefined;

/** Words of a name, in lower case: parted by anything that is no letter or digit, and where small letters meet capitals. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/(\p{Ll})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** What a name says. */
export function readName(name: string): NameSays {
  const words = wordsOf(name);
  const list = words.map((word) => own(LIST_WORDS, word)).filter((one) => one !== undefined);
  return {
    modality: words.map((word) => own(MODALITY_WORDS, word)).find((one) => one !== undefined),
    ...spaceIn(words),
    derived: words.find((word) => DERIVED.has(word)),
    split: words.map((word) => own(SPLITS, word)).find((one) => one !== undefined),
    // "text_ids" are ids, "image_labels" labels: what a list is of stands last.
    list: list.at(-1),
  };
}

function spaceIn(words: readonly string[]): Pick<NameSays, 'space' | 'role'> {
  const left = words.filter(
    (word) => own(MODALITY_WORDS, word) === undefined && own(SPLITS, word) === undefined && !NOISE.has(word),
  );
  const at = left.findIndex((word) => own(KNOWN, word) !== undefined);
  if (at < 0) return { space: left.length > 0 ? left.join('_') : undefined, role: undefined };
  const { name, role } = KNOWN[left[at]!]!;
  const rest = left.filter((word, i) => i !== at && !(name === 'InternVL-C' && word === 'c'));
  const variant = rest.find((word) => VARIANTS.has(word));
  const isClap = name === 'Expert' || name === 'CLAP';
  const others = rest.filter((word) => !(isClap && word === variant) && own(KNOWN, word) === undefined);
  const called = isClap && variant !== undefined ? `CLAP_${variant}` : name;
  return { space: [called, ...others].join(' '), role };
}

/** "CLAP_g" of 48 numbers -> "clap-g-48". */
export function spaceId(name: string, dim: number): string {
  const slug = name
    .toLowerCase()
    .replace(/\+/g, 'p')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
  return `${slug || 'space'}-${dim}`;
}

/** Spaces of pictures and words whose files hold both, one after the other along the first axis. */
export function isPictureSpace(space: string | undefined): boolean {
  return space !== undefined && /clip|siglip|blip/i.test(space) && !/audio|wav/i.test(space);
}
