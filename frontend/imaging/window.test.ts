import assert from 'node:assert/strict';
import { test } from 'node:test';
import { phantomFrame, phantomSeries } from './phantom.ts';
import { autoWindow, grey, PLAIN_COLOUR, paintMono, paintRgb, presets, windowTable } from './window.ts';

test('the linear window follows PS3.3: ends, middle, width 1', () => {
  assert.equal(grey(-160, [40, 400]), 0);
  assert.equal(grey(240, [40, 400]), 255);
  assert.equal(grey(39.5, [40, 400]), 128);
  assert.equal(grey(39.5, [40, 1]), 0);
  assert.equal(grey(40, [40, 1]), 255);
});

test('the table has slope, intercept and inversion in it', () => {
  const ramp = { slope: 2, intercept: -1000, window: [0, 2000] as const, invert: false };
  const table = windowTable(ramp);
  assert.equal(table.length, 65536);
  assert.equal(table[32768 + 0], 0xff000000);
  assert.equal(table[32768 + 1000], 0xffffffff);
  const inverted = windowTable({ ...ramp, invert: true });
  assert.equal(inverted[32768 + 0], 0xffffffff);
});

test('a grey frame is painted through the table, a negative value too', () => {
  const table = windowTable({ slope: 1, intercept: 0, window: [0.5, 2], invert: false });
  const out = new Uint32Array(2);
  paintMono(Int16Array.of(-5, 5), table, out);
  assert.deepEqual([...out], [0xff000000, 0xffffffff]);
});

test('the plain window leaves every colour as it is', () => {
  const levels = Uint8Array.from({ length: 768 }, (_, at) => at % 256);
  const out = new Uint32Array(256);
  paintRgb(levels, PLAIN_COLOUR, false, out);
  const bytes = new Uint8Array(out.buffer);
  assert.deepEqual([bytes[0], bytes[1], bytes[2], bytes[3], bytes[4]], [0, 1, 2, 255, 3]);
  assert.equal(bytes[255 * 4 + 2], 255);
});

test('a picture without a window gets one from its values', () => {
  const pixels = Int16Array.from({ length: 1001 }, (_, at) => at);
  const [centre, width] = autoWindow(pixels, phantomFrame());
  assert.ok(Math.abs(centre - 500) < 2 && Math.abs(width - 980) < 4);
});

test('the file’s own preset is first, the usual ones follow for HU only, none twice', () => {
  const own = [{ label: '文件', window: [40, 400] as const }];
  const ct = presets(phantomSeries([phantomFrame()], { window_presets: own }));
  assert.deepEqual(
    ct.map((one) => one.label),
    ['文件', '肺', '骨', '脑', '腹'],
  );
  const mr = presets(phantomSeries([phantomFrame({ unit: '' })], { window_presets: own }));
  assert.equal(mr.length, 1);
});
