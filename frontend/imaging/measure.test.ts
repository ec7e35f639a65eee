import assert from 'node:assert/strict';
import { test } from 'node:test';
import { angle, distance, ellipseRegion, labelLines, measure, valueAt } from './measure.ts';
import { phantomFrame } from './phantom.ts';

const SPACED = phantomFrame({ spacing_mm: [2, 1] });

test('a length counts each direction with its own spacing', () => {
  assert.equal(distance(SPACED, [0, 0], [3, 2]), 5);
  assert.deepEqual(
    measure(
      'length',
      [
        [0, 0],
        [3, 2],
      ],
      SPACED,
      null,
    ),
    { mm: 5 },
  );
});

test('without a spacing nothing is measured in mm and the label says pixels', () => {
  const frame = phantomFrame();
  const points = [
    [0, 0],
    [3, 4],
  ] as const;
  assert.deepEqual(measure('length', points, frame, null), {});
  assert.deepEqual(labelLines({ tool: 'length', points, measured: {} }, ''), ['5 像素']);
});

test('angles are in true proportions', () => {
  assert.equal(Math.round(angle(SPACED, [1, 0], [0, 0], [0, 5])), 90);
  assert.equal(Math.round(angle(phantomFrame({ spacing_mm: [1, 1] }), [1, 0], [0, 0], [1, 1])), 45);
  assert.ok(Math.abs(angle(SPACED, [1, 0], [0, 0], [1, 1]) - 63.43) < 0.01);
});

test('a region counts the pixels whose centres it holds', () => {
  const frame = phantomFrame({ slope: 2, intercept: -10, rows: 4, columns: 4 });
  const pixels = Int16Array.from({ length: 16 }, (_, at) => at);
  const region = ellipseRegion(pixels, frame, [
    [1, 1],
    [3, 3],
  ]);
  // The four middle pixels 5, 6, 9, 10 → 0, 2, 8, 10.
  assert.equal(region?.count, 4);
  assert.equal(region?.mean, 5);
  assert.ok(Math.abs((region?.sd ?? 0) - Math.sqrt(68 / 3)) < 1e-9);
  assert.deepEqual([region?.min, region?.max], [0, 10]);
});

test('a region outside the picture or without extent is none', () => {
  const pixels = new Int16Array(24);
  assert.equal(
    ellipseRegion(pixels, phantomFrame(), [
      [10, 10],
      [12, 12],
    ]),
    null,
  );
  assert.equal(
    ellipseRegion(pixels, phantomFrame(), [
      [1, 1],
      [1, 1],
    ]),
    null,
  );
});

test('an ellipse has mean, deviation and area; in colour it has the area only', () => {
  const box = [
    [0, 0],
    [6, 4],
  ] as const;
  const grey = measure('ellipse', box, SPACED, new Int16Array(24).fill(7));
  assert.deepEqual(grey, { area_mm2: 37.7, mean: 7, sd: 0 });
  assert.deepEqual(labelLines({ tool: 'ellipse', points: box, measured: grey }, 'HU'), ['7.0 ± 0.0 HU', '37.7 mm²']);
  assert.deepEqual(measure('ellipse', box, { ...SPACED, kind: 'rgb8' }, new Uint8Array(72)), { area_mm2: 37.7 });
});

test('the value under a point', () => {
  const pixels = Int16Array.from({ length: 24 }, (_, at) => at);
  assert.deepEqual(valueAt(pixels, phantomFrame({ intercept: -5 }), [2.9, 1.1]), [3]);
  assert.equal(valueAt(pixels, phantomFrame(), [6, 0]), null);
  assert.deepEqual(
    valueAt(
      Uint8Array.from({ length: 72 }, (_, at) => at),
      phantomFrame({ kind: 'rgb8' }),
      [1, 0],
    ),
    [3, 4, 5],
  );
});
