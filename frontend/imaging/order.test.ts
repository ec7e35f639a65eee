import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backOff, loadOrder, withinBudget } from './order.ts';

test('three ahead, one behind, all of them once', () => {
  assert.deepEqual(loadOrder(10, 4, 1), [4, 5, 6, 7, 3, 8, 9, 2, 1, 0]);
  assert.deepEqual(loadOrder(10, 4, -1), [4, 3, 2, 1, 5, 0, 6, 7, 8, 9]);
  assert.deepEqual(loadOrder(0, 0, 1), []);
  assert.deepEqual(loadOrder(1, 5, 1), [0]);
});

test('what does not fit into memory is not fetched ahead, the shown one always is', () => {
  assert.deepEqual(
    withinBudget([4, 5, 3], () => 100, 250),
    [4, 5],
  );
  assert.deepEqual(
    withinBudget([4, 5], () => 100, 50),
    [4],
  );
});

test('tries get rarer and end', () => {
  assert.deepEqual([1, 2, 3, 4].map(backOff), [500, 1500, 4000, null]);
});
