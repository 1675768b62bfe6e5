import { expect, test } from 'vitest';
import { Morph } from './morph.ts';

const A = Float32Array.of(0, 0, 1, 1);
const B = Float32Array.of(1, 0, NaN, NaN);

test('the first picture is simply there', () => {
  const morph = new Morph(2);
  morph.retarget(A, 0, 400);
  expect([...morph.positions]).toEqual([...A]);
  expect([...morph.opacity]).toEqual([1, 1]);
  expect(morph.running).toBe(false);
});

test('moves what both know, fades what only the first knows, and arrives', () => {
  const morph = new Morph(2);
  morph.retarget(A, 0, 400);
  morph.retarget(B, 1000, 400);
  expect(morph.advance(1200)).toBe(true);
  expect(morph.positions[0]).toBeCloseTo(0.5, 6);
  expect(morph.opacity[1]).toBeCloseTo(0.5, 6);
  expect([morph.positions[2], morph.positions[3]]).toEqual([1, 1]);
  expect(morph.advance(1400)).toBe(false);
  expect([morph.positions[0], morph.opacity[0], morph.opacity[1]]).toEqual([1, 1, 0]);
});

test('a point that comes back appears in its new place', () => {
  const morph = new Morph(2);
  morph.retarget(B, 0, 400);
  morph.retarget(A, 1000, 400);
  morph.advance(1100);
  expect([morph.positions[2], morph.positions[3]]).toEqual([1, 1]);
  expect(morph.opacity[1]).toBeGreaterThan(0);
  expect(morph.opacity[1]).toBeLessThan(0.5);
});

test('a new target on the way starts from what is shown', () => {
  const morph = new Morph(2);
  morph.retarget(A, 0, 400);
  morph.retarget(B, 1000, 400);
  morph.advance(1200);
  morph.retarget(A, 1200, 400);
  morph.advance(1200);
  expect(morph.positions[0]).toBeCloseTo(0.5, 6);
  morph.advance(1600);
  expect([...morph.positions]).toEqual([...A]);
});

test('a duration of 0 cuts', () => {
  const morph = new Morph(2);
  morph.retarget(A, 0, 400);
  morph.retarget(B, 1000, 0);
  expect([morph.positions[0], morph.opacity[1], morph.running]).toEqual([1, 0, false]);
});
