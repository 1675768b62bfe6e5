/** Kinds of pictures: the groups into which Unicode sorts emoji (CLDR, "emoji-test.txt"), without its flags. */
import { InputError } from '../base/errors.ts';
import type { SoundCategory } from './sounds/concepts.ts';
import type { WorldImageItem } from './types.ts';

export interface PictureKind {
  /** As in the categories of pictures without a sound. */
  name: string;
  /** Noun phrase for what such a picture shows. */
  words: string;
}

/**
 * In Unicode's order. Their words are bare nouns, as in the captions that the encoders learned from: on the validation half
 * they name pictures better than phrases with articles or the kinds' own names.
 */
export const PICTURE_KINDS: readonly PictureKind[] = [
  { name: 'faces & feelings', words: 'face' },
  { name: 'people & body', words: 'person' },
  { name: 'animals & nature', words: 'animal or plant' },
  { name: 'food & drink', words: 'food or drink' },
  { name: 'travel & places', words: 'vehicle or place' },
  { name: 'activities', words: 'game or celebration' },
  { name: 'objects', words: 'object' },
  { name: 'symbols', words: 'symbol' },
];

/**
 * Pictures of sounding concepts have the category of the sound. Nearly all of one category are of one kind; the others are
 * listed by code point below.
 */
const KIND_OF_SOUND: Readonly<Record<SoundCategory, string>> = {
  animals: 'animals & nature',
  'birds & insects': 'animals & nature',
  'weather & water': 'travel & places',
  fire: 'activities',
  vehicles: 'travel & places',
  tools: 'objects',
  household: 'objects',
  human: 'people & body',
  'alarms & bells': 'objects',
  instruments: 'objects',
};

/** Code points, in hexadecimal, of those that differ from their sound's category. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'faces & feelings': '1F923 1F602 1F634 1F927 1F631 1F493',
  'people & body': '1F3C7 1F6B4',
  'animals & nature': '1F343',
  'food & drink': '1F373 1F37F 1F37C 1F95B 1FAD6 1F942 1FAD7',
  'travel & places': '26EA 1F691 1F693 1F694 1F6B2 1F6A8 231A 23F0 1F570 1F525',
  activities: '1F390',
  objects: '1F6BD 1F6BF 1FAE7',
  symbols: '1F6B0',
};
const KIND_BY_CODE = new Map(
  Object.entries(EXCEPTIONS).flatMap(([kind, codes]) =>
    codes.split(' ').map((code) => [code, kind] as const),
  ),
);
const NAMES: ReadonlySet<string> = new Set(PICTURE_KINDS.map(({ name }) => name));

/** Name of the kind that a picture is of. @throws InputError on a category that belongs to no kind. */
export function pictureKind({
  id,
  hexcode,
  category,
}: Pick<WorldImageItem, 'id' | 'hexcode' | 'category'>): string {
  const kind = NAMES.has(category)
    ? category
    : (KIND_BY_CODE.get(hexcode) ?? (KIND_OF_SOUND as Record<string, string | undefined>)[category]);
  if (kind === undefined) throw new InputError(`${id} is of the category "${category}", which has no kind.`);
  return kind;
}
