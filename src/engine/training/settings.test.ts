import { expect, test } from 'vitest';
import { InputError } from '../../base/errors.ts';
import { checkSettings, DEFAULT_SETTINGS, SETTING_HINTS } from './settings.ts';
import type { TrainingSettings } from './types.ts';

const KEYS = Object.keys(DEFAULT_SETTINGS) as (keyof TrainingSettings)[];

test('the defaults can be trained, and every setting is explained', () => {
  expect(() => checkSettings(DEFAULT_SETTINGS)).not.toThrow();
  expect(Object.keys(SETTING_HINTS).toSorted()).toEqual(KEYS.toSorted());
});

test.each(KEYS)('%s: outside its bounds, no number, or a part of a whole is refused by name', (key) => {
  const { name, min, max, whole } = SETTING_HINTS[key];
  const refused = [min - 1e-3, max + 1, NaN, Infinity, undefined as never, '8' as never];
  if (whole) refused.push(min + 0.5);
  for (const value of refused) {
    const check = () => checkSettings({ ...DEFAULT_SETTINGS, [key]: value });
    expect(check).toThrow(InputError);
    expect(check).toThrow(name);
  }
});

test('a warm-up must leave steps', () => {
  expect(() => checkSettings({ ...DEFAULT_SETTINGS, steps: 30, warmUp: 30 })).toThrow(InputError);
  expect(() => checkSettings({ ...DEFAULT_SETTINGS, steps: 1, warmUp: 0 })).not.toThrow();
});
