/**
 * What a person wrote and the server has not confirmed. It is kept before it is sent and taken away by the
 * acknowledgement, so a cut line or a closed tab loses nothing; the same `client_id` sent twice is one entry.
 */
import { NAME, type Store, type Unsent } from '../kernel/unsent.ts';

export type Answer = 'sent' | 'refused' | 'later';

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
  /** What this page saw settled: a read of the store that began before must not bring it back. */
  private readonly done = new Set<string>();
  private draining = false;
  private again = false;

  constructor(store: Store, host: OutboxHost) {
    this.store = store;
    this.host = host;
  }

  get unsent(): readonly Unsent[] {
    return this.waiting;
  }

  /** Reads what an earlier page or a closed tab left; what another person left on this computer is thrown away. */
  async load(): Promise<void> {
    const kept = await this.store.all().catch(() => []);
    for (const one of kept)
      if (one.person !== this.host.person) await this.store.remove(one.client_id).catch(() => undefined);
    const mine = kept.filter((one) => one.person === this.host.person && one.room === this.host.room);
    const known = new Set([...this.done, ...this.waiting.map((one) => one.client_id)]);
    this.waiting = [...this.waiting, ...mine.filter((one) => !known.has(one.client_id))].sort((a, b) => a.at - b.at);
    this.tell();
  }

  async add(one: Omit<Unsent, 'person' | 'room' | 'at'>): Promise<void> {
    const last = this.waiting[this.waiting.length - 1]?.at ?? 0;
    const { person, room } = this.host;
    const whole: Unsent = { ...one, person, room, at: Math.max(Date.now(), last + 1) };
    this.waiting = [...this.waiting, whole];
    this.tell();
    // Where the browser takes no more (a full disk), it lives as long as this page.
    await this.store.put(whole).catch(() => undefined);
    void this.drain();
  }

  /** The log brought it back: it is sent, whatever became of the acknowledgement. */
  async settle(clientId: string): Promise<void> {
    if (!this.waiting.some((one) => one.client_id === clientId)) return;
    this.done.add(clientId);
    this.waiting = this.waiting.filter((one) => one.client_id !== clientId);
    this.tell();
    await this.store.remove(clientId).catch(() => undefined);
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
          await this.load();
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
