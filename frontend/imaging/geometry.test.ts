import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axes, edgeLetters, letters, normal, turned } from './geometry.ts';
import { AXIAL, CORONAL } from './phantom.ts';

test('an axial slice has anterior on top and the patient’s right on the left', () => {
  const plain = edgeLetters({ orientation: AXIAL }, { rotate: 0, flip: false });
  assert.deepEqual(plain, { top: 'A', right: 'L', bottom: 'P', left: 'R' });
});

test('a coronal slice has the head on top', () => {
  assert.equal(edgeLetters({ orientation: CORONAL }, { rotate: 0, flip: false })?.top, 'H');
});

test('the letters follow rotation and flip', () => {
  const turn = edgeLetters({ orientation: AXIAL }, { rotate: 90, flip: false });
  assert.deepEqual(turn, { top: 'R', right: 'A', bottom: 'L', left: 'P' });
  const flip = edgeLetters({ orientation: AXIAL }, { rotate: 0, flip: true });
  assert.deepEqual(flip, { top: 'A', right: 'R', bottom: 'P', left: 'L' });
});

test('an oblique direction has two letters, the stronger first', () => {
  assert.equal(letters([0.8, -0.6, 0]), 'LA');
  assert.equal(letters([0.1, 0.2, -0.97]), 'F');
});

test('without a sound orientation there are no letters and no normal', () => {
  assert.equal(edgeLetters({ orientation: null }, { rotate: 0, flip: false }), null);
  assert.equal(axes({ orientation: [1, 0, 0] }), null);
  assert.equal(normal({ orientation: [1, 0, 0, 1, 0, 0] }), null);
  assert.deepEqual(normal({ orientation: AXIAL }), [0, 0, 1]);
});

test('turning goes round', () => {
  assert.equal(turned(270, 90), 0);
  assert.equal(turned(0, -90), 270);
});
