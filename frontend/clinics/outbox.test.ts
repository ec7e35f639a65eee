import assert from 'node:assert/strict';
import test from 'node:test';
import { Problem } from '../kernel/http.ts';
import { bothKept, type Item, Outbox, type SaveItem, type Sender } from './outbox.ts';
import type { Encounter } from './types.ts';
import { MemoryVault } from './vault.ts';

function save(key: string, change: SaveItem['change'], base: SaveItem['base'] = null): Item {
  return { kind: 'save', key, change, base, at: '2026-11-25T01:00:00Z', once: `once-${key}` };
}

class Server implements Sender {
  readonly log: string[] = [];
  readonly rows = new Map<string, Encounter>();
  failure: Problem | null = null;

  private done(what: string, id: string, change: object = {}): Encounter {
    if (this.failure) throw this.failure;
    this.log.push(what);
    const held = this.rows.get(id);
    const row = { ...held, ...change, id, version: (held?.version ?? 0) + 1 } as Encounter;
    this.rows.set(id, row);
    return row;
  }
  async create(item: SaveItem) {
    return this.done(`create ${item.change.name}`, `server-${item.key}`, item.change);
  }
  async change(id: string, version: number | null, item: SaveItem) {
    if (version !== this.rows.get(id)?.version) throw new Problem(412, 'stale', '');
    return this.done(`change ${Object.keys(item.change)}`, id, item.change);
  }
  async photo(id: string) {
    return this.done(`photo ${id}`, id);
  }
  async toCase(id: string) {
    return this.done(`case ${id}`, id);
  }
  async read(id: string) {
    return this.rows.get(id) as Encounter;
  }
}

const OFFLINE = new Problem(0, 'offline', '');

async function settled(outbox: Outbox): Promise<void> {
  await outbox.drain();
  await outbox.drain();
}

test('without a line everything waits, with it everything goes once and in order', async () => {
  const server = new Server();
  const outbox = new Outbox(new MemoryVault(), server, () => {});
  server.failure = OFFLINE;
  await outbox.put(save('a', { name: '甲' }));
  await outbox.put({ kind: 'photo', key: 'a', id: null, jpeg: '', caption: '' });
  await outbox.put({ kind: 'case', key: 'a', id: null, once: 'x' });
  await settled(outbox);
  await outbox.put(save('a', { advice: '复查' }));
  await settled(outbox);
  assert.equal(outbox.count(), 3);
  assert.deepEqual(outbox.pending('a'), { name: '甲', advice: '复查' });
  server.failure = null;
  await settled(outbox);
  assert.deepEqual(server.log, ['create 甲', 'photo server-a', 'case server-a']);
  assert.equal(outbox.count(), 0);
});

test('what an earlier visit left is taken up', async () => {
  const vault = new MemoryVault();
  const server = new Server();
  server.failure = OFFLINE;
  const first = new Outbox(vault, server, () => {});
  await first.put(save('a', { name: '甲' }));
  await settled(first);
  server.failure = null;
  const second = new Outbox(vault, server, () => {});
  await second.load();
  assert.equal(second.count(), 1);
  await settled(second);
  assert.deepEqual(server.log, ['create 甲']);
  assert.equal((await vault.all()).size, 0);
});

test('a refused encounter holds back only what hangs on it', async () => {
  const server = new Server();
  const outbox = new Outbox(new MemoryVault(), server, () => {});
  server.failure = new Problem(422, 'invalid', '必填。');
  await outbox.put(save('a', { name: '' }));
  await settled(outbox);
  server.failure = null;
  await outbox.put({ kind: 'photo', key: 'a', id: null, jpeg: '', caption: '' });
  await outbox.put(save('b', { name: '乙' }));
  await settled(outbox);
  assert.deepEqual(server.log, ['create 乙']);
  assert.equal(outbox.refusedOf('a'), '必填。');
  await outbox.put(save('a', { name: '甲' }));
  await settled(outbox);
  assert.deepEqual(server.log, ['create 乙', 'create 甲', 'photo server-a']);
});

test('of two tablets writing the same text both are kept', async () => {
  const server = new Server();
  server.rows.set('s', { id: 's', version: 2, advice: '戒烟', finding: '' } as Encounter);
  const outbox = new Outbox(new MemoryVault(), server, () => {});
  await outbox.put(save('s', { advice: '复查', finding: '斑片影' }, { id: 's', version: 1, values: { advice: '' } }));
  await settled(outbox);
  assert.equal(server.rows.get('s')?.advice, '复查\n戒烟');
  assert.equal(server.rows.get('s')?.finding, '斑片影');
  assert.deepEqual(bothKept({ advice: 'x' }, { advice: 'y' }, { advice: 'y' } as Encounter), { advice: 'x' });
});
