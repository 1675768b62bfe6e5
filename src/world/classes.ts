/**
 * Zero-shot classification: the classes of sounds and of pictures, and the prompts that put them in words (CLIP, arXiv
 * 2103.00020, section 3.1.4: a class is described by several templates, and their mean is its vector).
 */
import { InputError } from '../base/errors.ts';
import { pictureKind, PICTURE_KINDS } from './pictureKinds.ts';
import { SOUND_TEMPLATES } from './sounds/captions.ts';
import { conceptOf } from './sounds/concepts.ts';
import type { ClassTaskId, CollectionManifest, RetrievalTask, TaskInfo } from './types.ts';

/** A classification over a collection: its gallery are the classes, 0 to nClasses - 1. */
export interface ClassTask {
  /** Names on screen. */
  classes: string[];
  /** Noun phrases that stand in the templates. */
  words: string[];
  task: RetrievalTask;
}

/** Templates that a classification begins with; "{}" is where the class's words go. */
export const CLASS_TEMPLATES: Readonly<Record<ClassTaskId, readonly string[]>> = {
  'audio>class': [...SOUND_TEMPLATES, 'a sound of {}', 'this is a sound of {}', 'the noise of {}'],
  'image>class': ['{}', 'picture of {}', 'image of {}', 'drawing of {}', 'emoji of {}', 'icon of {}'],
};

/** The same for a collection of the user's own, whose pictures may be of any kind. */
export const OWN_CLASS_TEMPLATES: typeof CLASS_TEMPLATES = {
  ...CLASS_TEMPLATES,
  'image>class': ['{}', 'picture of {}', 'image of {}', 'drawing of {}', 'a photo of {}', 'icon of {}'],
};

/** What a reader of the picture classes has to know. */
export const CLASS_CAVEAT =
  'The names and prompts of the eight kinds of pictures were chosen by hand while figures of both halves were in view: picture → class is no clean test.';

interface Class {
  name: string;
  words: string;
}

/** Which class each query is of, by its key (none of an item without), and what the classes are called, in the order of the gallery. */
function classesOf(
  manifest: CollectionManifest,
  id: ClassTaskId,
): { keys: (string | undefined)[]; classes: Map<string, Class> } {
  const items = id === 'image>class' ? manifest.image : manifest.audio;
  if (items.some(({ label }) => label !== undefined)) {
    const labels = new Set(items.flatMap(({ label }) => label ?? []));
    const named = (label: string): Class => ({ name: label, words: label.replaceAll(/[_-]+/g, ' ') });
    return {
      keys: items.map(({ label }) => label),
      classes: new Map([...labels].toSorted().map((label) => [label, named(label)])),
    };
  }
  if (id === 'image>class') {
    const keys = manifest.image.map((item) =>
      item.hexcode === undefined ? undefined : pictureKind({ ...item, hexcode: item.hexcode }),
    );
    const kinds = PICTURE_KINDS.filter(({ name }) => keys.includes(name));
    return { keys, classes: new Map(kinds.map((kind) => [kind.name, kind])) };
  }
  const keys = manifest.audio.map(({ clip }) => clip?.concept);
  const named = (concept: string): Class => {
    const [heard] = conceptOf(concept).heard;
    return { name: heard, words: heard };
  };
  const concepts = new Set(keys.flatMap((concept) => concept ?? []));
  return { keys, classes: new Map([...concepts].map((concept) => [concept, named(concept)])) };
}

/**
 * The classification of every sound by its sounding concept, or of every picture by its kind: all classes of which the
 * collection has an item, each named by its thing heard ("dog barking") or its kind ("food & drink"). Where items have labels,
 * these are the classes. Items without a class are no queries.
 * @throws InputError on a picture of a category that has no kind.
 */
export function classTask(manifest: CollectionManifest, id: ClassTaskId): ClassTask {
  const { keys, classes } = classesOf(manifest, id);
  const order = [...classes.keys()];
  return {
    classes: order.map((key) => classes.get(key)!.name),
    words: order.map((key) => classes.get(key)!.words),
    task: {
      queryModality: id === 'audio>class' ? 'audio' : 'image',
      galleryModality: 'text',
      queries: Uint32Array.from(keys.flatMap((key, i) => (key === undefined ? [] : [i]))),
      gallery: Uint32Array.from(order.keys()),
      relevant: keys.flatMap((key) => (key === undefined ? [] : [Uint32Array.of(order.indexOf(key))])),
    },
  };
}

/** A classification's queries with their groups and halves, and the names of its classes. @throws as classTask. */
export function classInfo(manifest: CollectionManifest, id: ClassTaskId): TaskInfo {
  const { classes, task } = classTask(manifest, id);
  const { queryModality, queries, relevant } = task;
  const items = [...queries].map((index) => manifest[queryModality][index]!);
  return {
    id,
    queryModality,
    galleryModality: undefined,
    classes,
    queries,
    relevant,
    nGallery: classes.length,
    groups: items.map(({ group }) => group),
    halves: items.map(({ half }) => half),
  };
}

/**
 * The prompts of each class, [nClasses][nTemplates]: every template with the class's words in place of each "{}".
 * @throws InputError where there is no template, or one has no "{}".
 */
export function fillTemplates(templates: readonly string[], words: readonly string[]): string[][] {
  if (templates.length === 0) throw new InputError('There is no prompt template. Add one, such as "{}".');
  const without = templates.find((template) => !template.includes('{}'));
  if (without !== undefined) {
    throw new InputError(`The template "${without}" has no place for the class. Put {} where its name goes.`);
  }
  return words.map((phrase) => templates.map((template) => template.replaceAll('{}', () => phrase)));
}

/** Prompts for naming recordings of a sounding concept: each of its phrases in the forms of the training. */
export function phrasePrompts(concept: string): string[] {
  return fillTemplates(SOUND_TEMPLATES, conceptOf(concept).heard).flat();
}
