/** No test caption and no held-out emoji is trained on; lives here because the emoji come from the build's packages. */
import { expect, test } from 'vitest';
import { buildCollection } from '../../src/world/collection.ts';
import { TRAIN_STYLES } from '../../src/world/pictures.ts';
import { readEmoji } from './source.ts';
import { pictextTexts, SOUND_EXPERTS, soundTexts, unifiedTexts } from './train/texts.ts';

const emoji = readEmoji();
const manifest = buildCollection(emoji);

test('every emoji of the collection exists in all three styles; the shown one is not trained on', () => {
  expect(emoji.length).toBeGreaterThanOrEqual(1586);
  expect(TRAIN_STYLES).not.toContain('twemoji');
  expect(manifest.image.length).toBe(600);
  expect(new Set(manifest.image.map(({ hexcode }) => hexcode)).size).toBe(600);
});

test('no test caption is a training text of any space', () => {
  // 40 draws an emoji: five times what the pools take, so that a rare form is not missed by chance.
  const trained = new Set(
    [
      ...unifiedTexts(emoji),
      ...pictextTexts(emoji, 40),
      ...soundTexts(SOUND_EXPERTS.foley),
      ...soundTexts(SOUND_EXPERTS.tone),
    ].map(({ text }) => text),
  );
  expect(trained.size).toBeGreaterThan(10_000);
  expect(manifest.text.filter(({ caption }) => trained.has(caption))).toEqual([]);
});

test('the withheld tag of an emoji is in no training caption of it, and unseen emoji have none', () => {
  const unseen = new Set(emoji.filter(({ seen }) => !seen).map(({ name }) => name));
  expect(unseen.size / emoji.length).toBeGreaterThan(0.08);
  for (const { text } of unifiedTexts(emoji)) expect(unseen.has(text)).toBe(false);
  for (const { trainTags, testTag } of emoji) expect(trainTags).not.toContain(testTag);
});
