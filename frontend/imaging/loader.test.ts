import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { FrameCache } from './cache.ts';
import { decoded, FrameLoader, Refused } from './loader.ts';
import { phantomStack } from './phantom.ts';

type Answer = { url: string; signal: AbortSignal; give: (bytes?: ArrayBuffer) => void; refuse: (error: Error) => void };

/** A loader whose requests the test answers itself. */
function bench(count: number, budget = 1e6, concurrency = 2) {
  const asked: Answer[] = [];
  const arrived: number[] = [];
  const cache = new FrameCache(budget);
  const loader = new FrameLoader(phantomStack(count), {
    cache,
    concurrency,
    onFrame: (index) => arrived.push(index),
    fetchBytes: (url, signal) =>
      new Promise((resolve, reject) => {
        asked.push({ url, signal, give: (bytes = new ArrayBuffer(48)) => resolve(bytes), refuse: reject });
      }),
  });
  return { asked, arrived, cache, loader, urls: () => asked.map((one) => one.url) };
}

const settle = () => pause(1);

test('the shown frame is asked for first, never more than allowed at once', async () => {
  const { asked, arrived, loader, urls } = bench(6);
  loader.want(2, 1);
  assert.deepEqual(urls(), ['/f/2', '/f/3']);
  asked[0]?.give();
  await settle();
  assert.deepEqual(arrived, [2]);
  assert.deepEqual(urls(), ['/f/2', '/f/3', '/f/4']);
  assert.equal(loader.status(2), 'ready');
  assert.deepEqual(loader.progress(), { arrived: 1, total: 6 });
});

test('after a jump the most distant request gives way', async () => {
  const { asked, loader, urls } = bench(100);
  loader.want(0, 1);
  loader.want(80, 1);
  assert.deepEqual(urls(), ['/f/0', '/f/1', '/f/80']);
  assert.equal(asked.filter((one) => one.signal.aborted).length, 1);
  loader.close();
  assert.ok(asked.every((one) => one.signal.aborted));
});

test('what is far from the shown frame comes two at a time, the near ones as fast as may be', async () => {
  const { asked, loader, urls } = bench(100, 1e6, 6);
  loader.want(50, 1);
  assert.equal(asked.length, 6);
  let done = 0;
  const inFlight = () => asked.length - done;
  const frame = (url: string) => Number(url.slice(3));
  while (done < 90) {
    asked[done++]?.give();
    await settle();
    const far = urls()
      .slice(done)
      .filter((url) => Math.abs(frame(url) - 50) > 24);
    assert.ok(far.length <= 2 && inFlight() <= 6);
  }
  loader.want(10, -1);
  assert.ok(urls().slice(done).length > 2);
});

test('a refusal is final, another try is the person’s', async () => {
  const { asked, arrived, loader } = bench(1);
  loader.want(0, 1);
  asked[0]?.refuse(new Refused('404'));
  await settle();
  assert.equal(loader.status(0), 'failed');
  assert.deepEqual(arrived, [0]);
  loader.retry();
  asked[1]?.give();
  await settle();
  assert.equal(loader.status(0), 'ready');
});

test('a broken line is tried again by itself', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { asked, loader } = bench(1);
  loader.want(0, 1);
  asked[0]?.refuse(new Error('network'));
  await new Promise(setImmediate);
  assert.equal(loader.status(0), 'waiting');
  assert.equal(asked.length, 1);
  context.mock.timers.tick(500);
  assert.equal(asked.length, 2);
  loader.close();
});

test('half a frame is an error, not half a picture', () => {
  const frame = { kind: 'mono16', rows: 4, columns: 6 } as const;
  assert.throws(() => decoded(frame, new ArrayBuffer(47)));
  assert.equal(decoded(frame, new ArrayBuffer(48)).length, 24);
  assert.throws(() => decoded({ ...frame, kind: 'rgb8' }, new ArrayBuffer(48)));
});

test('memory keeps the newest and stays within its budget', () => {
  const cache = new FrameCache(100);
  for (const key of ['a', 'b']) cache.set(key, new Uint8Array(50));
  cache.get('a');
  cache.set('c', new Uint8Array(50));
  assert.deepEqual(
    ['a', 'b', 'c'].map((key) => cache.has(key)),
    [true, false, true],
  );
  assert.equal(cache.bytes, 100);
  cache.set('big', new Uint8Array(500));
  assert.ok(cache.has('big'));
});
