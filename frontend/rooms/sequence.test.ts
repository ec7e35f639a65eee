import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logOf } from './entries.ts';
import { Sequence } from './sequence.ts';

const entries = logOf(Array.from({ length: 40 }, (_, at) => ['message', { text: String(at) }] as const));

test('entries are shown once and in order, however they arrive', () => {
  let seed = 7;
  const random = () => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed / 2147483648;
  };
  for (let round = 0; round < 50; round += 1) {
    const arriving = [...entries, ...entries.slice(0, 10)].sort(() => random() - 0.5);
    const sequence = new Sequence();
    const shown = arriving.flatMap((entry) => sequence.take([entry]));
    assert.deepEqual(
      shown.map((entry) => entry.seq),
      entries.map((entry) => entry.seq),
    );
    assert.equal(sequence.hasGap, false);
  }
});

test('a gap holds back what follows until it is filled', () => {
  const sequence = new Sequence();
  assert.equal(sequence.take(entries.slice(0, 2)).length, 2);
  assert.equal(sequence.take(entries.slice(3, 5)).length, 0);
  assert.deepEqual([sequence.hasGap, sequence.have], [true, 2]);
  assert.equal(sequence.take(entries.slice(2, 4)).length, 3);
  assert.deepEqual([sequence.hasGap, sequence.have], [false, 5]);
});

test('after a snapshot the log goes on where the snapshot ends', () => {
  const sequence = new Sequence(30);
  assert.deepEqual(
    sequence.take(entries.slice(20)).map((entry) => entry.seq),
    [31, 32, 33, 34, 35, 36, 37, 38, 39, 40],
  );
});
