/** The manifest that scripts/export/bondlab_export.py writes beside its arrays: it says what each is, so nothing is guessed. */
import { FormatError } from '../../../base/errors.ts';
import { MODALITIES, type Modality } from '../../../base/modality.ts';
import { MAX_STRING, MAX_STRINGS, textList, type LazyArray } from '../../../formats/arrays/lazyArray.ts';
import type { MappedSpace } from '../types.ts';

export const MANIFEST_FORMAT = 'bondlab-embeddings';

export interface ArraysManifest {
  name: string;
  /** Name of the file beside it that holds the arrays. */
  file: string;
  spaces: { name: string; role: MappedSpace['role'] }[];
  arrays: { array: string; space: string; modality: Modality }[];
  /** Names of `lists` by what they are. */
  captions: Partial<Record<Modality, string>>;
  labels: Partial<Record<Modality, string>>;
  /** By modality, where rows are paired by ids. */
  ids: Partial<Record<Modality, string>>;
  halves: string | undefined;
  lists: ReadonlyMap<string, readonly string[]>;
}

const ROLES = ['base', 'expert', 'other'] as const;

/** Whether the text of a JSON file is such a manifest. */
export function isManifest(text: string): boolean {
  return text.slice(0, 400).includes(`"${MANIFEST_FORMAT}"`);
}

/** @throws FormatError where it is no JSON, of a later version, or describes something wrongly. */
export function readManifest(text: string): ArraysManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FormatError('The manifest is not JSON: it is cut, or was changed by hand.');
  }
  const root = objectOf(value, 'The manifest');
  if (root.format !== MANIFEST_FORMAT) throw new FormatError('The manifest is of another format.');
  if (root.version !== 1)
    throw new FormatError(`The manifest is of version ${String(root.version)}; version 1 can be read.`);
  const lists = new Map(
    Object.entries(objectOf(root.lists ?? {}, 'lists')).map(([name, list]) => [name, wordsOf(list, name)]),
  );
  const known = (name: string) => {
    if (!lists.has(name)) throw new FormatError(`The manifest names a list “${name}” that it does not have.`);
    return name;
  };
  const byModality = (part: unknown, what: string) =>
    Object.fromEntries(
      Object.entries(objectOf(part ?? {}, what)).map(([modality, name]) => [
        modalityOf(modality),
        known(textOf(name, what)),
      ]),
    );
  return {
    name: textOf(root.name, 'name'),
    file: textOf(root.file, 'file'),
    spaces: listOf(root.spaces, 'spaces').map((one) => {
      const { name, role } = objectOf(one, 'A space');
      return { name: textOf(name, 'name'), role: ROLES.find((word) => word === role) ?? 'other' };
    }),
    arrays: listOf(root.arrays, 'arrays').map((one) => {
      const { array, space, modality } = objectOf(one, 'An array');
      return {
        array: textOf(array, 'array'),
        space: textOf(space, 'space'),
        modality: modalityOf(textOf(modality, 'modality')),
      };
    }),
    captions: byModality(root.captions, 'captions'),
    labels: byModality(root.labels, 'labels'),
    ids: byModality(root.ids, 'ids'),
    halves: typeof root.halves === 'string' ? known(root.halves) : undefined,
    lists,
  };
}

/** Lists of a manifest as arrays of its file. */
export function listsOf(manifest: ArraysManifest): LazyArray[] {
  return [...manifest.lists].map(([name, words]) =>
    textList(name, words.length, () => Promise.resolve([...words])),
  );
}

function objectOf(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new FormatError(`${what} of the manifest is no object.`);
  return value as Record<string, unknown>;
}

function listOf(value: unknown, what: string): unknown[] {
  if (!Array.isArray(value) || value.length > 1000)
    throw new FormatError(`“${what}” of the manifest is no list of up to 1000.`);
  return value;
}

function textOf(value: unknown, what: string): string {
  if (typeof value !== 'string' || value === '' || value.length > 500)
    throw new FormatError(`“${what}” of the manifest is no name.`);
  return value;
}

function wordsOf(value: unknown, name: string): string[] {
  if (!Array.isArray(value) || value.length > MAX_STRINGS || !value.every((one) => typeof one === 'string'))
    throw new FormatError(`The manifest's list “${name}” is no list of words.`);
  return value.map((word) => word.slice(0, MAX_STRING));
}

function modalityOf(word: string): Modality {
  const found = MODALITIES.find((modality) => modality === word);
  if (!found)
    throw new FormatError(`The manifest names the modality “${word}”; there are text, image and audio.`);
  return found;
}
