import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStore, type Unsent } from '../kernel/unsent.ts';
import { type Answer, Outbox } from './outbox.ts';

function outboxOf(store: MemoryStore, send: (one: Unsent) => Promise<Answer>, person = 'p') {
  const seen: number[] = [];
  const outbox = new Outbox(store, { person, room: 'r', send, changed: (unsent) => seen.push(unsent.length) });
  return { outbox, seen };
}

const message = (client_id: string) => ({ client_id, type: 'message', body: { text: client_id } });
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

test('a message is kept before it is sent and gone after its acknowledgement', async () => {
  const store = new MemoryStore();
  let kept = 0;
  const { outbox } = outboxOf(store, async () => {
    kept = (await store.all()).length;
    return 'sent';
  });
  await outbox.add(message('a'));
  await settled();
  assert.equal(kept, 1);
  assert.deepEqual([outbox.unsent.length, (await store.all()).length], [0, 0]);
});

test('offline they wait in order; the next page of the same person sends each once, in order', async () => {
  const store = new MemoryStore();
  const offline = outboxOf(store, async () => 'later');
  for (const id of ['a', 'b', 'c']) await offline.outbox.add(message(id));
  assert.equal(offline.outbox.unsent.length, 3);
  const sent: string[] = [];
  const next = outboxOf(store, async (one) => {
    sent.push(one.client_id);
    return 'sent';
  });
  await next.outbox.load();
  assert.equal(await next.outbox.drain(), 3);
  assert.deepEqual(sent, ['a', 'b', 'c']);
  assert.equal(await next.outbox.drain(), 0);
});

test('a line that breaks in the middle stops at that message', async () => {
  const answers: Answer[] = ['sent', 'later', 'sent', 'sent'];
  const sent: string[] = [];
  const store = new MemoryStore();
  const waiting = outboxOf(store, async () => 'later').outbox;
  for (const id of ['a', 'b', 'c']) await waiting.add(message(id));
  const { outbox } = outboxOf(store, async (one) => {
    sent.push(one.client_id);
    return answers.shift() as Answer;
  });
  await outbox.load();
  assert.equal(await outbox.drain(), 1);
  assert.deepEqual(sent, ['a', 'b']);
  assert.equal(await outbox.drain(), 2);
  assert.deepEqual(sent, ['a', 'b', 'b', 'c']);
});

test('a refused one does not hold up the others', async () => {
  const { outbox } = outboxOf(new MemoryStore(), async (one) => (one.client_id === 'a' ? 'refused' : 'sent'));
  await outbox.add(message('a'));
  await outbox.add(message('b'));
  await settled();
  assert.equal(outbox.unsent.length, 0);
});

test('the log settles a message whose acknowledgement was lost', async () => {
  const store = new MemoryStore();
  const { outbox } = outboxOf(store, async () => 'later');
  await outbox.add(message('a'));
  await outbox.settle('a');
  assert.deepEqual([outbox.unsent.length, (await store.all()).length], [0, 0]);
});

test('what another person left on this computer is thrown away, never sent', async () => {
  const store = new MemoryStore();
  await outboxOf(store, async () => 'later', 'other').outbox.add(message('a'));
  const sent: string[] = [];
  const { outbox } = outboxOf(store, async (one) => {
    sent.push(one.client_id);
    return 'sent';
  });
  await outbox.load();
  await outbox.drain();
  assert.deepEqual([sent, await store.all()], [[], []]);
});

test('a store that takes nothing more keeps nobody from sending', async () => {
  class Full extends MemoryStore {
    override async put(): Promise<void> {
      throw new DOMException('full', 'QuotaExceededError');
    }
    override async remove(): Promise<void> {
      throw new DOMException('closing', 'InvalidStateError');
    }
    override async all(): Promise<Unsent[]> {
      return [{ ...message('theirs'), person: 'other', room: 'r', at: 1 }];
    }
  }
  const sent: string[] = [];
  const { outbox } = outboxOf(new Full(), async (one) => {
    sent.push(one.client_id);
    return 'sent';
  });
  await outbox.load();
  await outbox.add(message('mine'));
  await settled();
  assert.deepEqual([sent, outbox.unsent.length], [['mine'], 0]);
});
