/** Checks what collection.json says: a file from anywhere. Everything is built anew from known fields, so nothing else gets in. */
import { FormatError } from '../../base/errors.ts';
import { MODALITIES, type Modality } from '../../base/modality.ts';
import { isCount, shown } from '../../formats/tensors.ts';
import type { Bond, EnsembleUse, Factors, Preset, Recipe, Space } from '../../recipe/types.ts';
import type { AudioItem, ImageItem, TextItem } from '../../world/types.ts';
import type { Items } from './records.ts';
import { FORMAT, FORMAT_VERSION, JSON_NAME, type SavedCollection, type SavedSpace } from './savedFormat.ts';

type Fields = Readonly<Record<string, unknown>>;

const MAX_ITEMS = 1_000_000;
const MAX_LIST = 1000;
const MAX_DIM = 65_536;
const MAX_WORD = 1000;
const MAX_CAPTION = 20_000;

function wrong(where: string, needed: string): FormatError {
  return new FormatError(`${JSON_NAME} is damaged or was made by hand: ${where} is not ${needed}.`);
}

function fields(value: unknown, where: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(where, 'an object');
  return value as Fields;
}

function own(of: Fields, name: string): unknown {
  return Object.hasOwn(of, name) ? of[name] : undefined;
}

function list(value: unknown, where: string, most = MAX_LIST): unknown[] {
  if (!Array.isArray(value) || value.length > most) throw wrong(where, `a list of at most ${most}`);
  return value as unknown[];
}

function text(value: unknown, where: string, most = MAX_WORD): string {
  if (typeof value !== 'string' || value.length > most)
    throw wrong(where, `a text of at most ${most} characters`);
  return value;
}

function word(value: unknown, where: string): string {
  const found = text(value, where, 200);
  // Ids become names of properties.
  if (found === '' || found === '__proto__' || /\p{Cc}/u.test(found))
    throw wrong(where, 'a word without control characters');
  return found;
}

function oneOf<T extends string>(value: unknown, of: readonly T[], where: string): T {
  const found = of.find((one) => one === value);
  if (found === undefined) throw wrong(where, of.join(' or '));
  return found;
}

const modalities = (value: unknown, where: string): Modality[] => [
  ...new Set(list(value, where, MODALITIES.length).map((one) => oneOf(one, MODALITIES, where))),
];
const words = (value: unknown, where: string) => list(value, where).map((one) => word(one, where));

/** @throws FormatError on anything that the format does not say. */
export function checkSaved(json: unknown): SavedCollection {
  const top = fields(json, 'it');
  if (own(top, 'format') !== FORMAT)
    throw new FormatError(`${JSON_NAME} is no collection of Bondlab: its format is not "${FORMAT}".`);
  if (own(top, 'version') !== FORMAT_VERSION)
    throw new FormatError(
      `The collection is of format version ${shown(String(own(top, 'version')))}; ${FORMAT_VERSION} can be read here. Open it in a newer lab.`,
    );
  return {
    format: FORMAT,
    version: FORMAT_VERSION,
    name: text(own(top, 'name'), 'its name'),
    origin: oneOf(own(top, 'origin'), ['media', 'embeddings'] as const, 'its origin'),
    items: checkItems(own(top, 'items')),
    media: Object.fromEntries(
      Object.entries(fields(own(top, 'media'), 'media')).map(([id, path]) => [id, mediaPath(path)]),
    ),
    spaces: list(own(top, 'spaces'), 'spaces').map(checkSavedSpace),
    recipes: list(own(top, 'recipes'), 'recipes').map(checkRecipe),
  };
}

/** A path within the collection's own folder. */
function mediaPath(value: unknown): string {
  const path = text(value, 'the path of a file', 400);
  if (!/^media\/[\w.-]+$/.test(path) || path.includes('..'))
    throw new FormatError(
      `${JSON_NAME} names the file ${shown(path)}: media lie in its folder "media" and nowhere else.`,
    );
  return path;
}

function checkItems(value: unknown): Items {
  const items = fields(value, 'items');
  const of = (modality: Modality) => list(own(items, modality), `items.${modality}`, MAX_ITEMS);
  return {
    text: of('text').map((one, i): TextItem => {
      const item = fields(one, `text ${i}`);
      const source = own(item, 'source');
      return {
        ...checkItem(item, `text ${i}`),
        ...(source !== undefined && { source: oneOf(source, ['sound', 'picture'] as const, `text ${i}`) }),
      };
    }),
    image: of('image').map((one, i): ImageItem => checkItem(fields(one, `picture ${i}`), `picture ${i}`)),
    audio: of('audio').map((one, i): AudioItem => checkItem(fields(one, `sound ${i}`), `sound ${i}`)),
  };
}

function checkItem(
  item: Fields,
  where: string,
): Pick<TextItem, 'id' | 'caption' | 'group' | 'category' | 'half' | 'seen' | 'label'> {
  const label = own(item, 'label');
  const seen = own(item, 'seen');
  if (typeof seen !== 'boolean') throw wrong(`whether ${where} was seen`, 'true or false');
  return {
    id: text(own(item, 'id'), `the id of ${where}`),
    caption: text(own(item, 'caption'), `the caption of ${where}`, MAX_CAPTION),
    group: text(own(item, 'group'), `the group of ${where}`),
    category: text(own(item, 'category'), `the category of ${where}`),
    half: oneOf(own(item, 'half'), ['validation', 'test'] as const, `the half of ${where}`),
    seen,
    ...(label !== undefined && { label: text(label, `the label of ${where}`) }),
  };
}

function checkSavedSpace(value: unknown): SavedSpace {
  const saved = fields(value, 'a space');
  const file = text(own(saved, 'file'), 'the file of a space', 400);
  if (!/^vectors\/[\w.-]+\.safetensors$/.test(file) || file.includes('..'))
    throw new FormatError(
      `${JSON_NAME} names the file ${shown(file)}: vectors lie in its folder "vectors" and nowhere else.`,
    );
  return {
    space: checkSpace(own(saved, 'space')),
    origin: text(own(saved, 'origin'), 'the origin of a space'),
    file,
    modalities: modalities(own(saved, 'modalities'), 'the modalities of a space'),
  };
}

function checkSpace(value: unknown): Space {
  const space = fields(value, 'a space');
  const dim = own(space, 'dim');
  if (!isCount(dim) || dim < 1 || dim > MAX_DIM) throw wrong('the dimension of a space', `1 to ${MAX_DIM}`);
  const tuned = own(space, 'tunedFrom');
  const from = tuned === undefined ? undefined : fields(tuned, 'what a space was tuned from');
  return {
    id: word(own(space, 'id'), 'the id of a space'),
    name: text(own(space, 'name'), 'the name of a space'),
    about: text(own(space, 'about'), 'what a space is about', MAX_CAPTION),
    dim,
    modalities: modalities(own(space, 'modalities'), 'the modalities of a space'),
    ...(from && {
      tunedFrom: {
        space: word(own(from, 'space'), 'what a space was tuned from'),
        shares: modalities(own(from, 'shares'), 'what a space shares'),
      },
    }),
  };
}

function checkRecipe(value: unknown): Recipe {
  const recipe = fields(value, 'a recipe');
  return {
    id: word(own(recipe, 'id'), 'the id of a recipe'),
    name: text(own(recipe, 'name'), 'the name of a recipe'),
    formula: text(own(recipe, 'formula'), 'the formula of a recipe'),
    base: word(own(recipe, 'base'), 'the base of a recipe'),
    bonds: list(own(recipe, 'bonds'), 'the bonds of a recipe', 20).map(checkBond),
    presets: list(own(recipe, 'presets'), 'the presets of a recipe', 100).map(checkPreset),
  };
}

function checkBond(value: unknown): Bond {
  const bond = fields(value, 'a bond');
  return {
    id: word(own(bond, 'id'), 'the id of a bond'),
    kind: oneOf(own(bond, 'kind'), ['combination', 'displacement'] as const, 'the kind of a bond'),
    experts: words(own(bond, 'experts'), 'the experts of a bond'),
    parallel: oneOf(own(bond, 'parallel'), ['averaged', 'weighed'] as const, 'how a bond has its experts'),
    modalities: modalities(own(bond, 'modalities'), 'the modalities of a bond'),
    ensembles: list(own(bond, 'ensembles'), 'the ensembles of a bond').map((one): EnsembleUse => {
      const use = fields(one, 'an ensemble');
      return {
        id: word(own(use, 'id'), 'the id of an ensemble'),
        source: word(own(use, 'source'), 'the source of an ensemble'),
        target: word(own(use, 'target'), 'the target of an ensemble'),
        members: words(own(use, 'members'), 'the members of an ensemble'),
      };
    }),
    members: words(own(bond, 'members'), 'the members of a bond'),
  };
}

function checkPreset(value: unknown): Preset {
  const preset = fields(value, 'a preset');
  const factors = Object.entries(fields(own(preset, 'factors'), 'the factors of a preset')).map(
    ([key, byModality]): [string, Factors[string]] => [
      key,
      Object.fromEntries(
        Object.entries(fields(byModality, 'factors')).map(([modality, factor]) => {
          if (typeof factor !== 'number' || !(factor >= 0 && factor <= 1))
            throw wrong('a factor', 'in [0, 1]');
          return [oneOf(modality, MODALITIES, 'a factor’s modality'), factor];
        }),
      ),
    ],
  );
  return {
    name: text(own(preset, 'name'), 'the name of a preset'),
    about: text(own(preset, 'about'), 'what a preset is about'),
    factors: Object.fromEntries(factors),
  };
}
