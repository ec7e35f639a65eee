import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linked, makeLink, reversed } from './link.ts';
import { CORONAL, phantomFrame, phantomStack } from './phantom.ts';

test('parallel stacks are linked by millimetres and keep the offset of that moment', () => {
  const [thick, thin] = [phantomStack(10, 0, 5), phantomStack(50, 3, 1)];
  const link = makeLink(thick, 2, thin, 17);
  assert.deepEqual(link, { kind: 'mm', direction: [0, 0, 1], offset: 10 });
  assert.equal(linked(link, thick, 4, thin), 27);
  assert.equal(linked(reversed(link), thin, 27, thick), 4);
  assert.equal(linked(link, thick, 9, thin), 49);
});

test('a stack that runs the other way round is still linked by place', () => {
  const up = phantomStack(10, 0, 5);
  const down = [...up].reverse();
  assert.equal(linked(makeLink(up, 3, down, 6), up, 5, down), 4);
});

test('stacks that are not parallel, or have no place, are linked by share', () => {
  const axial = phantomStack(11);
  const coronal = Array.from({ length: 21 }, (_, at) =>
    phantomFrame({ orientation: CORONAL, position_mm: [0, at, 0] }),
  );
  const link = makeLink(axial, 5, coronal, 10);
  assert.deepEqual(link, { kind: 'share', offset: 0 });
  assert.equal(linked(link, axial, 8, coronal), 16);
  const film = [phantomFrame(), phantomFrame()];
  assert.equal(makeLink(axial, 0, film, 0).kind, 'share');
});
