import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Annotator } from './annotator.ts';
import { phantomFrame } from './phantom.ts';
import type { Stage } from './stage.ts';
import type { Annotation } from './types.ts';

const [me, you] = [
  { id: 'me', name: '周' },
  { id: 'you', name: '林' },
];
const STAGE = { frame: phantomFrame() } as Stage;
const mark = (id: string): Annotation => ({
  id,
  tool: 'length',
  instance_uid: '1.2.3',
  frame: 1,
  points: [
    [0, 0],
    [1, 1],
  ],
  measured: {},
});

function bench() {
  const [told, removed]: [string[], string[]] = [[], []];
  const annotator = new Annotator({
    me,
    redraw: () => undefined,
    onAnnotate: (one) => told.push(one.id),
    onRemove: (id) => removed.push(id),
  });
  return { annotator, told, removed };
}

test('a kept mark is told once, another person’s is not', () => {
  const { annotator, told } = bench();
  annotator.commit(mark('a'));
  annotator.add(mark('a'), me);
  annotator.add(mark('b'), you);
  assert.deepEqual(told, ['a']);
  assert.deepEqual(
    annotator.marks(STAGE).map((one) => [one.by, one.colour]),
    [
      ['周', 1],
      ['林', 2],
    ],
  );
});

test('only one’s own mark can be deleted or undone', () => {
  const { annotator, removed } = bench();
  annotator.commit(mark('a'));
  annotator.add(mark('b'), you);
  annotator.select('b');
  annotator.removeSelected();
  assert.deepEqual(removed, []);
  annotator.undo();
  annotator.undo();
  assert.deepEqual(removed, ['a']);
});

test('somebody’s growing mark is replaced by the finished one', () => {
  const { annotator } = bench();
  annotator.showSketch(mark('c'), you);
  assert.deepEqual(
    annotator.marks(STAGE).map((one) => one.draft),
    [true],
  );
  annotator.add(mark('c'), you);
  assert.deepEqual(
    annotator.marks(STAGE).map((one) => one.draft),
    [false],
  );
});

test('marks of another slice are not on this one', () => {
  const { annotator } = bench();
  annotator.add({ ...mark('d'), frame: 2 }, you);
  assert.deepEqual(annotator.marks(STAGE), []);
});
