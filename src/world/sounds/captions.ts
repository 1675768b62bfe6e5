import { Random } from './dspCore.ts';
import { conceptOf, type Attribute } from './concepts.ts';
import type { ClipSpec } from '../types.ts';

/** An attribute is named when it is at least this far from the middle of its range. */
const CLEAR = 0.3;

type Words = Readonly<Record<Attribute, { low: readonly string[]; high: readonly string[] }>>;
const WORDS: Words = {
  pitch: { low: ['low', 'deep', 'low-pitched'], high: ['high', 'shrill', 'high-pitched'] },
  rate: { low: ['slow', 'unhurried', 'leisurely'], high: ['fast', 'quick', 'rapid'] },
  brightness: { low: ['dull', 'muffled', 'dark'], high: ['bright', 'crisp', 'sharp'] },
};
const FAR = ['far away', 'in the distance', 'a long way off'];
const NEAR = ['close by', 'right here', 'very near'];

type Template = (words: string, heard: string, place: string) => string;
const join = (...parts: string[]) => parts.filter((part) => part !== '').join(' ');
const article = (phrase: string) => (/^[aeiou]/.test(phrase) ? 'an' : 'a');

const TRAIN_TEMPLATES: readonly Template[] = [
  (words, heard, place) => join(words, heard, place),
  (words, heard, place) => join('the sound of', words, heard, place),
  (words, heard, place) => join(place === '' ? 'one hears' : `${place} one hears`, words, heard),
  (words, heard, place) => join('a recording of', words, heard, place),
  (words, heard, place) => join(heard, words === '' ? '' : `that sounds ${words}`, place),
];
/** The forms that take any words, without attributes, as prompt templates: "{}", "the sound of {}", ... */
export const SOUND_TEMPLATES: readonly string[] = TRAIN_TEMPLATES.slice(0, 4).map((template) =>
  template('', '{}', ''),
);
/** Reserved for test items: no training caption has this form. */
const TEST_TEMPLATE: Template = (words, heard, place) => {
  const phrase = join(words, heard);
  return join(
    /s$|ing$|of /.test(phrase) ? '' : article(phrase),
    phrase,
    place === '' ? '' : `, ${place}`,
  ).replace(' ,', ',');
};

/** The attributes a listener hears, in words; `choose` picks among synonyms. */
function attributeWords(spec: ClipSpec, choose: (list: readonly string[]) => string): string[] {
  return conceptOf(spec.concept).attributes.flatMap((attribute) => {
    const value = spec[attribute];
    if (Math.abs(value) < CLEAR) return [];
    return [choose(WORDS[attribute][value < 0 ? 'low' : 'high'])];
  });
}

function placeWords(distance: number, choose: (list: readonly string[]) => string): string {
  if (distance > 0.62) return choose(FAR);
  return distance < 0.3 ? choose(NEAR) : '';
}

/** A training caption: wording drawn by `variant` among templates and synonyms. */
export function describeClip(spec: ClipSpec, variant: number): string {
  const random = new Random('caption', spec.concept, spec.seed, variant);
  const choose = (list: readonly string[]) => random.pick(list);
  const words = random.next() < 0.5 ? attributeWords(spec, choose) : attributeWords(spec, choose).reverse();
  const heard = random.pick(conceptOf(spec.concept).heard);
  return random.pick(TRAIN_TEMPLATES)(
    words.join(words.length > 1 && random.next() < 0.5 ? ' and ' : ' '),
    heard,
    placeWords(spec.distance, choose),
  );
}

/**
 * The caption of a test clip, such as "a slow, low church bell tolling, far away": first words of every list, a form
 * that training never uses. A caption without any attribute ends in "somewhere", so that it differs from every
 * training caption too.
 */
export function describeTestClip(spec: ClipSpec): string {
  const first = (list: readonly string[]) => list[0]!;
  const words = attributeWords(spec, first).reverse().join(', ');
  const place = placeWords(spec.distance, first);
  return TEST_TEMPLATE(words, conceptOf(spec.concept).heard[0], place === '' ? 'somewhere' : place);
}

/** Captions of real recordings, whose attributes nobody measured: the concept alone. */
export function describeRecording(concept: string, variant: number): string {
  const random = new Random('recording', concept, variant);
  return random.pick(TRAIN_TEMPLATES)('', random.pick(conceptOf(concept).heard), '');
}
