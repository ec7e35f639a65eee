/**
 * What a person wrote and the server has not confirmed. It is kept before it is sent and taken away by the
 * acknowledgement, so a cut line or a closed tab loses nothing; the same `client_id` sent twice is one entry.
 */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';

export interface Unsent {
  client_id: string;
  /** Whose it is: on a shared computer the next person must not send it. */
  person: string;
  room: string;
  type: string;
  body: Record<string, unknown>;
  /** Milliseconds since 1970, rising: the order of sending. */
  at: number;
}

export type Answer = 'sent' | 'refused' | 'later';

export interface Store {
  all(): Promise<Unsent[]>;
  put(one: Unsent): Promise<void>;
  remove(clientId: string): Promise<void>;
}

/** Where a browser refuses a database (private windows): kept for as long as the page lives. */
export class MemoryStore implements Store {
  private readonly kept = new Map<string, Unsent>();

  async all(): Promise<Unsent[]> {
    return [...this.kept.values()];
  }

  async put(one: Unsent): Promise<void> {
    this.kept.set(one.client_id, one);
  }

  async remove(clientId: string): Promise<void> {
    this.kept.delete(clientId);
  }
}

/** Deleted at sign-out (frontend/kernel/drafts.ts): nothing of a person stays on a shared computer. */
const NAME = 'mdt-outbox';

interface Schema extends DBSchema {
  unsent: { key: string; value: Unsent };
}

class DiskStore implements Store {
  private readonly db: IDBPDatabase<Schema>;

  constructor(db: IDBPDatabase<Schema>) {
    this.db = db;
  }

  all(): Promise<Unsent[]> {
    return this.db.getAll('unsent');
  }

  async put(one: Unsent): Promise<void> {
    await this.db.put('unsent', one);
  }

  async remove(clientId: string): Promise<void> {
    await this.db.delete('unsent', clientId);
  }
}

export async function openStore(): Promise<Store> {
  try {
    const db = await openDB<Schema>(NAME, 1, {
      upgrade: (made) => void made.createObjectStore('unsent', { keyPath: 'client_id' }),
      blocking: (_from, _to, event) => (event.target as IDBDatabase).close(),
    });
    return new DiskStore(db);
  } catch {
    return new MemoryStore();
  }
}

export interface OutboxHost {
  person: string;
  room: string;
  /** Sends one and says what became of it; never throws. */
  send: (one: Unsent) => Promise<Answer>;
  changed: (unsent: readonly Unsent[]) => void;
}

/** Runs `work` while no other tab does the same; without Web Locks (pages without TLS) it just runs. */
async function alone(name: string, work: () => Promise<void>): Promise<void> {
  if (typeof navigator === 'undefined' || !navigator.locks) return work();
  await navigator.locks.request(name, work);
}

export class Outbox {
  private readonly store: Store;
  private readonly host: OutboxHost;
  private waiting: Unsent[] = [];
  private draining = false;
  private again = false;

  constructor(store: Store, host: OutboxHost) {
    this.store = store;
    this.host = host;
  }

  get unsent(): readonly Unsent[] {
    return this.waiting;
  }

  /** Reads what an earlier page left; what another person left on this computer is thrown away. */
  async load(): Promise<void> {
    const kept = await this.store.all();
    for (const one of kept) if (one.person !== this.host.person) await this.store.remove(one.client_id);
    const mine = kept.filter((one) => one.person === this.host.person && one.room === this.host.room);
    const known = new Set(this.waiting.map((one) => one.client_id));
    this.waiting = [...this.waiting, ...mine.filter((one) => !known.has(one.client_id))].sort((a, b) => a.at - b.at);
    this.tell();
  }

  async add(one: Omit<Unsent, 'person' | 'room' | 'at'>): Promise<void> {
    const last = this.waiting[this.waiting.length - 1]?.at ?? 0;
    const { person, room } = this.host;
    const whole: Unsent = { ...one, person, room, at: Math.max(Date.now(), last + 1) };
    this.waiting = [...this.waiting, whole];
    this.tell();
    await this.store.put(whole);
    void this.drain();
  }

  /** The log brought it back: it is sent, whatever became of the acknowledgement. */
  async settle(clientId: string): Promise<void> {
    if (!this.waiting.some((one) => one.client_id === clientId)) return;
    this.waiting = this.waiting.filter((one) => one.client_id !== clientId);
    this.tell();
    await this.store.remove(clientId);
  }

  /** Sends what waits, in order, one at a time; stops at the first that must wait. Resolves to how many went. */
  async drain(): Promise<number> {
    this.again = true;
    if (this.draining) return 0;
    this.draining = true;
    let sent = 0;
    try {
      await alone(`${NAME}-${this.host.room}`, async () => {
        while (this.again) {
          this.again = false;
          sent += await this.sendAll();
        }
      });
    } finally {
      this.draining = false;
    }
    return sent;
  }

  private async sendAll(): Promise<number> {
    let sent = 0;
    for (let one = this.waiting[0]; one; one = this.waiting[0]) {
      const answer = await this.host.send(one);
      if (answer === 'later') break;
      await this.settle(one.client_id);
      if (answer === 'sent') sent += 1;
    }
    return sent;
  }

  private tell(): void {
    this.host.changed(this.waiting);
  }
}
