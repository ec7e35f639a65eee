import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Book } from './book.ts';
import { actionOf, keyRows } from './keys.ts';
import { gate, Pointing } from './pointing.ts';
import type { Annotation } from './types.ts';

const mark = (id: string, frame = 1): Annotation => ({
  id,
  tool: 'length',
  instance_uid: '1.2.3',
  frame,
  points: [
    [0, 0],
    [1, 1],
  ],
  measured: {},
});
const [me, you] = [
  { id: 'me', name: '周' },
  { id: 'you', name: '林' },
];

test('one’s own mark that comes back from the room is not drawn twice', () => {
  const book = new Book();
  assert.equal(book.add(mark('a'), me), true);
  assert.equal(book.add(mark('a'), me), false);
  book.add(mark('b', 2), you);
  assert.deepEqual(
    book.on('1.2.3', 1).map((one) => one.annotation.id),
    ['a'],
  );
  assert.equal(book.last('me')?.annotation.id, 'a');
  assert.equal(book.remove('a'), true);
  assert.equal(book.last('me'), null);
});

test('people keep the colour they came with', () => {
  const book = new Book();
  assert.deepEqual(
    ['x', 'y', 'x'].map((id) => book.colour(id)),
    [1, 2, 1],
  );
});

const stroke = (key: string, over = {}) => ({
  key,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...over,
});

test('keys that belong to the room or the browser are left alone', () => {
  for (const key of ['h', 'n', 'f', 'm', 'Tab', 'Enter']) assert.equal(actionOf(stroke(key)), null);
  assert.equal(actionOf(stroke('c', { ctrlKey: true })), null);
  assert.equal(actionOf(stroke('w', { altKey: true })), null);
});

test('keys do what the help says', () => {
  assert.deepEqual(actionOf(stroke('W')), { do: 'tool', tool: 'window' });
  assert.deepEqual(actionOf(stroke('5')), { do: 'preset', number: 5 });
  assert.deepEqual(actionOf(stroke('?', { shiftKey: true })), { do: 'help' });
  assert.deepEqual(actionOf(stroke('z', { ctrlKey: true })), { do: 'undo' });
  assert.deepEqual(actionOf(stroke('PageDown')), { do: 'scroll', by: 10 });
  assert.ok(keyRows().length > 20);
});

test('a pointer is gone after three seconds, the newest place counts', () => {
  const pointing = new Pointing();
  pointing.show({ instance_uid: '1', frame: 1, x: 1, y: 1 }, you, 0);
  pointing.show({ instance_uid: '1', frame: 1, x: 9, y: 9 }, you, 1000);
  assert.equal(pointing.expire(3500), false);
  assert.deepEqual(
    pointing.all().map((one) => one.pointer.x),
    [9],
  );
  assert.equal(pointing.expire(4000), true);
  assert.deepEqual(pointing.all(), []);
});

test('the gate lets the first and the newest through', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const sent: number[] = [];
  const send = gate<number>(34, (value) => sent.push(value));
  for (const value of [1, 2, 3]) send(value);
  assert.deepEqual(sent, [1]);
  context.mock.timers.tick(34);
  assert.deepEqual(sent, [1, 3]);
  context.mock.timers.tick(34);
  send(4);
  assert.deepEqual(sent, [1, 3, 4]);
});
