import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyTo, dragged, fitScale, inverse, toScreen, zoomedAt } from './transform.ts';
import type { Point, Rotation } from './types.ts';

const SHAPE = { rows: 100, columns: 200, spacing_mm: null };
const SIZE = { width: 400, height: 400 };
const PLAIN = { zoom: 1, pan: [0, 0] as Point, rotate: 0 as Rotation, flip: false };

function near(a: Point, b: Point): void {
  assert.ok(Math.hypot(a[0] - b[0], a[1] - b[1]) < 1e-9, `${a} is not ${b}`);
}

test('the picture fits and is centred', () => {
  const map = toScreen(SHAPE, SIZE, PLAIN);
  near(applyTo(map, [0, 0]), [0, 100]);
  near(applyTo(map, [200, 100]), [400, 300]);
});

test('pixels that are not square are stretched to their true shape', () => {
  const tall = { rows: 100, columns: 200, spacing_mm: [2, 1] as Point };
  near(applyTo(toScreen(tall, SIZE, PLAIN), [0, 0]), [0, 0]);
  assert.equal(fitScale(tall, SIZE, 0), 2);
});

test('a quarter turn clockwise brings the first pixel to the upper right', () => {
  const map = toScreen(SHAPE, SIZE, { ...PLAIN, rotate: 90 });
  near(applyTo(map, [0, 0]), [300, 0]);
});

test('a flip mirrors left and right', () => {
  near(applyTo(toScreen(SHAPE, SIZE, { ...PLAIN, flip: true }), [0, 0]), [400, 100]);
});

test('the way back is exact in every position', () => {
  for (const rotate of [0, 90, 180, 270] as const) {
    for (const flip of [false, true]) {
      const map = toScreen(SHAPE, SIZE, { zoom: 2.5, pan: [7, -3], rotate, flip });
      near(applyTo(inverse(map), applyTo(map, [33.25, 70])), [33.25, 70]);
    }
  }
});

test('a drag moves the picture with the mouse, turned and flipped too', () => {
  const placing = { ...PLAIN, rotate: 90 as const, flip: true, zoom: 2 };
  const before = toScreen(SHAPE, SIZE, placing);
  const after = toScreen(SHAPE, SIZE, { ...placing, pan: dragged(before, placing.pan, [30, -12]) });
  const [x, y] = applyTo(before, [50, 50]);
  near(applyTo(after, [50, 50]), [x + 30, y - 12]);
});

test('zooming keeps the point under the mouse', () => {
  const at: Point = [310, 140];
  const under = applyTo(inverse(toScreen(SHAPE, SIZE, PLAIN)), at);
  const zoomed = zoomedAt(SHAPE, SIZE, PLAIN, { at, by: 3 });
  near(applyTo(toScreen(SHAPE, SIZE, zoomed), under), at);
  assert.equal(zoomedAt(SHAPE, SIZE, PLAIN, { at, by: 1e6 }).zoom, 30);
});

test('the same view shows the same point in the middle of another screen', () => {
  const view = { ...PLAIN, zoom: 2, pan: [10, 5] as Point };
  const small = toScreen(SHAPE, { width: 300, height: 200 }, view);
  near(applyTo(small, [90, 45]), [150, 100]);
  near(applyTo(toScreen(SHAPE, SIZE, view), [90, 45]), [200, 200]);
});
