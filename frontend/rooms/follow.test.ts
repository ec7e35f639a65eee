import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import type { ViewChange, ViewState } from '../imaging/types.ts';
import { Following, Leading } from './follow.ts';

function view(instance: string, viewport = 0): ViewState {
  return {
    study_uid: '1',
    series_uid: '1.2',
    instance_uid: instance,
    frame: 1,
    window: [40, 400],
    zoom: 1,
    pan: [0, 0],
    rotate: 0,
    flip: false,
    invert: false,
    viewport,
  };
}

function follower() {
  const shown: string[] = [];
  const layouts: number[] = [];
  let now = 10_000;
  const following = new Following({
    apply: async (change: ViewChange) => {
      await Promise.resolve();
      shown.push(`${change.viewport ?? 0}:${change.instance_uid}`);
      return true;
    },
    setLayout: (layout) => layouts.push(layout),
    shown: () => undefined,
    now: () => now,
  });
  return { following, shown, layouts, pass: (ms: number) => (now += ms) };
}

const rest = () => new Promise((resolve) => setImmediate(resolve));
const wire = (state: ViewState, n: number, more: Record<string, unknown> = {}) => ({ ...state, n, ...more });

test('the leader sends at most thirty a second, the newest always, and writes down where it rests', () => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const signals: Record<string, unknown>[] = [];
  const settled: Record<string, unknown>[] = [];
  const leading = new Leading({ signal: (body) => signals.push(body), settle: (body) => settled.push(body) });
  for (let step = 0; step < 100; step += 1) {
    leading.tell(view(`1.${step}`), '1x1', null);
    mock.timers.tick(5);
  }
  mock.timers.tick(500);
  assert.ok(signals.length <= 17, `${signals.length} signals in half a second`);
  assert.equal(signals[signals.length - 1]?.instance_uid, '1.99');
  assert.deepEqual(
    settled.map((body) => body.instance_uid),
    ['1.99'],
  );
  const counts = signals.map((body) => body.n as number);
  assert.deepEqual(
    counts,
    [...counts].sort((a, b) => a - b),
  );
  leading.tell(view('1.100'), '1x1', null);
  leading.stop();
  mock.timers.tick(1000);
  assert.equal(settled.length, 1);
  mock.timers.reset();
});

test('a follower never goes back to an older view', async () => {
  const { following, shown } = follower();
  following.heard(wire(view('1.2'), 2), 'x');
  await rest();
  following.heard(wire(view('1.1'), 1), 'x');
  await rest();
  assert.deepEqual(shown, ['0:1.2']);
});

test('both viewports of a linked pair move together', async () => {
  const { following, shown, layouts } = follower();
  following.heard(wire(view('1.1', 0), 1, { layout: '1x2', pair: view('2.1', 1) }), 'x');
  await rest();
  assert.deepEqual(shown.sort(), ['0:1.1', '1:2.1']);
  assert.ok(layouts.every((layout) => layout === 2));
});

test('free look hears on but shows nothing; coming back shows the newest', async () => {
  const { following, shown } = follower();
  following.heard(wire(view('1.1'), 1), 'x');
  await rest();
  following.leave();
  following.heard(wire(view('1.2'), 2), 'x');
  following.heard(wire(view('1.3'), 3), 'x');
  await rest();
  assert.deepEqual(shown, ['0:1.1']);
  following.resume();
  await rest();
  assert.deepEqual(shown, ['0:1.1', '0:1.3']);
});

test('a settled view that comes while the leader moves is passed over, later ones are not', async () => {
  const { following, shown, pass } = follower();
  following.heard(wire(view('1.5'), 5), 'x');
  await rest();
  following.settled(view('1.4'));
  await rest();
  pass(1000);
  following.settled(view('1.6'));
  await rest();
  assert.deepEqual(shown, ['0:1.5', '0:1.6']);
});

test('while one view is on its way only the newest of the others is shown', async () => {
  const { following, shown } = follower();
  for (let step = 1; step <= 20; step += 1) following.heard(wire(view(`1.${step}`), step), 'x');
  await rest();
  assert.deepEqual(shown, ['0:1.1', '0:1.20']);
});
