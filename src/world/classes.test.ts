import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError } from '../base/errors.ts';
import { CLASS_TEMPLATES, classInfo, classTask, fillTemplates, phrasePrompts } from './classes.ts';
import { PICTURE_KINDS } from './pictureKinds.ts';
import { CONCEPTS } from './sounds/concepts.ts';
import { CLASS_TASKS } from './tasks.ts';
import type { WorldManifest } from './types.ts';

const ROOT = join(import.meta.dirname, '../..');
const readJson = (path: string): unknown => JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
const manifest = readJson('public/world/collection.json') as WorldManifest;

describe('the classes of sounds', () => {
  const { classes, words, task } = classTask(manifest, 'audio>class');

  test('are the sounding concepts, by the thing heard', () => {
    expect(classes).toHaveLength(CONCEPTS.length);
    expect(new Set(classes).size).toBe(classes.length);
    expect(classes).toContain('dog barking');
    expect(words).toEqual(classes);
  });

  test('hold every sound, each in its own', () => {
    expect(task).toMatchObject({ queryModality: 'audio', galleryModality: 'text' });
    expect([...task.queries]).toEqual([...manifest.audio.keys()]);
    expect([...task.gallery]).toEqual([...classes.keys()]);
    task.relevant.forEach((right, q) => {
      const { heard } = CONCEPTS.find(({ id }) => id === manifest.audio[q]!.clip.concept)!;
      expect([...right].map((c) => classes[c])).toEqual([heard[0]]);
    });
  });
});

describe('the kinds of pictures', () => {
  const { classes, words, task } = classTask(manifest, 'image>class');

  test('are the groups into which Unicode sorts emoji', () => {
    const rows = readJson('node_modules/emojibase-data/en/data.json') as {
      hexcode: string;
      group?: number;
    }[];
    const { groups } = readJson('node_modules/emojibase-data/meta/groups.json') as {
      groups: Record<string, string>;
    };
    const kindByGroup: Record<string, string> = {
      'smileys-emotion': 'faces & feelings',
      'people-body': 'people & body',
      'animals-nature': 'animals & nature',
      'food-drink': 'food & drink',
      'travel-places': 'travel & places',
      activities: 'activities',
      objects: 'objects',
      symbols: 'symbols',
    };
    const group = new Map(rows.map((row) => [row.hexcode, groups[String(row.group)]]));
    const wrong = manifest.image.filter(
      ({ hexcode }, i) => classes[task.relevant[i]![0]!] !== kindByGroup[group.get(hexcode)!],
    );
    expect(wrong).toEqual([]);
    expect(classes).toEqual(PICTURE_KINDS.map(({ name }) => name));
    expect(words).toEqual(PICTURE_KINDS.map((kind) => kind.words));
  });

  test('of a collection are those that it shows', () => {
    const only = { ...manifest, image: manifest.image.filter(({ category }) => category === 'instruments') };
    expect(classTask(only, 'image>class').classes).toEqual(['objects']);
    const strange = { ...manifest, image: [{ ...manifest.image[0]!, category: 'strange' }] };
    expect(() => classTask(strange, 'image>class')).toThrow(/"strange", which has no kind/);
  });
});

test.each(CLASS_TASKS)('%s tells groups and halves of its queries', (id) => {
  const info = classInfo(manifest, id);
  const { classes, task } = classTask(manifest, id);
  expect(info).toMatchObject({ id, galleryModality: undefined, classes, nGallery: classes.length });
  expect(info.queries).toEqual(task.queries);
  expect(info.relevant).toEqual(task.relevant);
  const items = manifest[info.queryModality];
  expect(info.groups).toEqual(items.map(({ group }) => group));
  expect(info.halves).toEqual(items.map(({ half }) => half));
});

describe('templates', () => {
  test('are filled class by class, wherever {} stands', () => {
    expect(fillTemplates(['{}', 'a {} of {}'], ['dog barking', '$& rain'])).toEqual([
      ['dog barking', 'a dog barking of dog barking'],
      ['$& rain', 'a $& rain of $& rain'],
    ]);
    expect(fillTemplates(['{}'], [])).toEqual([]);
  });

  test('without {}, or none at all, are refused', () => {
    expect(() => fillTemplates([], ['rain'])).toThrow(InputError);
    expect(() => fillTemplates(['{}', 'a sound'], ['rain'])).toThrow(/"a sound" has no place/);
    expect(() => fillTemplates(['a sound'], [])).toThrow(InputError);
  });

  test('of a concept’s phrases go phrase by phrase', () => {
    const prompts = phrasePrompts('rain');
    expect(prompts).toHaveLength(12);
    expect(prompts.slice(0, 5)).toEqual([
      'rain falling',
      'the sound of rain falling',
      'one hears rain falling',
      'a recording of rain falling',
      'patter of rain',
    ]);
  });

  test.each(CLASS_TASKS)('that %s begins with make different prompts', (id) => {
    const filled = fillTemplates(CLASS_TEMPLATES[id], classTask(manifest, id).words);
    for (const ofClass of filled) expect(ofClass.length).toBeGreaterThanOrEqual(5);
    expect(new Set(filled.flat()).size).toBe(filled.flat().length);
  });
});
