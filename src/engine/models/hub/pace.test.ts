import { expect, test } from 'vitest';
import { Pace } from './pace.ts';

test('the pace is that of the last seconds', () => {
  let now = 0;
  const pace = new Pace(() => now);
  expect(pace.perS()).toBeUndefined();
  pace.add(1000);
  expect(pace.perS()).toBeUndefined();
  for (let i = 0; i < 100; i++) {
    now += 10;
    pace.add(10);
  }
  expect(pace.perS()).toBe(2000);
  now += 4000;
  expect(pace.perS()).toBe(400);
  now += 2000;
  expect(pace.perS()).toBeUndefined();
});
