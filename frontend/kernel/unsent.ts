/**
 * Where a room keeps what was written and not sent yet: the browser's database, which outlives a closed tab. Nothing of
 * a person stays there for the next one at a shared computer (`forgetUnsent`).
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

export const NAME = 'mdt-outbox';

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
    });
    return new DiskStore(db);
  } catch {
    return new MemoryStore();
  }
}

/** How many messages wait on this computer. */
export async function countUnsent(): Promise<number> {
  return (await (await openStore()).all()).filter((one) => one.type === 'message').length;
}

/** Takes away what is not `person`'s; without one everything. Row by row: the pages that are open go on with it. */
export async function forgetUnsent(person?: string): Promise<void> {
  const store = await openStore();
  for (const one of await store.all()) if (one.person !== person) await store.remove(one.client_id);
}
