/** The day as this tablet knows it: the server's queue, with what is written here and not sent yet laid over it. */
import { uuid } from '../kernel/ids.ts';
import { type Change, Outbox } from './outbox.ts';
import { Server } from './server.ts';
import { type Encounter, type Fields, keyOf, type Props, type Turn } from './types.ts';
import { openVault, type Vault } from './vault.ts';

const POLL_MS = 5000;
const RETRY_MS = 6000;

/** An encounter as it is shown; `id` is empty until the server knows it, then so is the ticket. */
export type Shown = Encounter & { readonly key: string };

const EMPTY: Fields = {
  name: '',
  sex: null,
  age: null,
  phone: '',
  township: '',
  chips: [],
  history: [],
  complaint: '',
  finding: '',
  advice: '',
  disposition: null,
  revisit_on: null,
  where_to_go: '',
  consent: { given: false, by: '', at: '' },
  state: 'in',
};

/** Somebody new: nothing is known of them. */
export function blank(key: string = uuid()): Shown {
  const now = new Date().toISOString();
  const none = { ticket: '', images: [], doctor: null, called_at: null, taken_at: null, done_at: null };
  return { ...EMPTY, ...none, key, id: '', client_id: key, registered_at: now, case_id: null, pdf: 'none', version: 0 };
}

export class Day {
  readonly server: Server;
  readonly props: Props;
  private rows: Map<string, Encounter>;
  private readonly locals = new Map<string, Shown>();
  private outbox: Outbox | null = null;
  private vault: Vault | null = null;
  private readonly watchers = new Set<() => void>();
  online = navigator.onLine;

  constructor(props: Props) {
    this.props = props;
    this.server = new Server(props.clinic.id);
    this.rows = new Map(props.encounters.map((row) => [keyOf(row), row]));
  }

  /** Open what this tablet kept, then follow the queue. */
  async start(): Promise<void> {
    const { clinic, me, storeKey } = this.props;
    this.vault = await openVault(`clinic-${clinic.id}-${me.id}`, storeKey);
    this.outbox = new Outbox(this.vault, this.server, (sent) => this.taken(sent));
    await this.outbox.load();
    for (const item of this.outbox.all()) {
      if (item.kind === 'save' && !item.base && !this.rows.has(item.key)) this.locals.set(item.key, blank(item.key));
    }
    this.tell();
    void this.outbox.drain();
    window.addEventListener('online', () => this.line(true));
    window.addEventListener('offline', () => this.line(false));
    window.addEventListener('beforeunload', (event) => {
      if (this.unsent > 0 && !this.vault?.lasting) event.preventDefault();
    });
    window.setInterval(() => void this.poll(), POLL_MS);
    window.setInterval(() => void this.outbox?.drain(), RETRY_MS);
  }

  subscribe(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  private tell(): void {
    for (const watcher of this.watchers) watcher();
  }

  private line(up: boolean): void {
    this.online = up;
    this.tell();
    if (up) void this.outbox?.drain();
  }

  private taken(sent: Encounter | null): void {
    if (sent) {
      this.rows.set(keyOf(sent), sent);
      this.locals.delete(keyOf(sent));
      this.online = true;
    }
    this.tell();
  }

  /** Look what other tablets did; nothing of this one's is lost, as unsent changes lie over the answer. */
  async poll(): Promise<void> {
    if (document.hidden || !navigator.onLine) return;
    try {
      const items = await this.server.queue();
      this.rows = new Map(items.map((row) => [keyOf(row), row]));
      for (const key of this.rows.keys()) this.locals.delete(key);
      this.online = true;
    } catch {
      this.online = false;
    }
    this.tell();
  }

  get unsent(): number {
    return this.outbox?.count() ?? 0;
  }

  get lasting(): boolean {
    return this.vault?.lasting ?? true;
  }

  refusedOf(key: string): string {
    return this.outbox?.refusedOf(key) ?? '';
  }

  /** Everybody of the day: those with a ticket by ticket, then those written here without a line. */
  all(): Shown[] {
    const served = [...this.rows.values()].map((row) => this.laid({ ...row, key: keyOf(row) }));
    const local = [...this.locals.values()].map((row) => this.laid(row));
    return [...served, ...local];
  }

  find(key: string): Shown | null {
    return this.all().find((row) => row.key === key) ?? null;
  }

  private laid(row: Shown): Shown {
    return { ...row, ...this.outbox?.pending(row.key) };
  }

  waiting(): Shown[] {
    return this.all().filter((row) => row.state === 'waiting');
  }

  /** Keep a change and send it. */
  async save(row: Shown, change: Change): Promise<void> {
    if (!row.id && !this.rows.has(row.key)) this.locals.set(row.key, this.locals.get(row.key) ?? row);
    const served = this.rows.get(row.key);
    const values: Change = {};
    for (const name of Object.keys(change) as (keyof Fields)[]) {
      Object.assign(values, { [name]: served?.[name] });
    }
    const base = served ? { id: served.id, version: served.version, values } : null;
    const at = new Date().toISOString();
    await this.outbox?.put({ kind: 'save', key: row.key, change, base, at, once: uuid() });
  }

  async addPhoto(row: Shown, jpeg: string): Promise<void> {
    await this.outbox?.put({ kind: 'photo', key: row.key, id: row.id || null, jpeg, caption: '' });
  }

  /** Pictures of an encounter that have not gone yet, as addresses for `<img>`. */
  unsentPhotos(key: string): string[] {
    const items = this.outbox?.all() ?? [];
    return items.flatMap((item) =>
      item.kind === 'photo' && item.key === key ? [`data:image/jpeg;base64,${item.jpeg}`] : [],
    );
  }

  async toCase(row: Shown): Promise<void> {
    await this.outbox?.put({ kind: 'case', key: row.key, id: row.id || null, once: uuid() });
  }

  async drop(key: string): Promise<void> {
    await this.outbox?.drop(key);
    this.locals.delete(key);
    this.tell();
  }

  /** Call the next: by the server, so that two tablets never call the same person; without a line by this queue. */
  async callNext(): Promise<Shown | null> {
    await this.outbox?.drain();
    if (this.unsent === 0) {
      try {
        const called = await this.server.callNext();
        if (!called) return null;
        this.taken(called);
        return this.find(keyOf(called));
      } catch {
        this.online = navigator.onLine;
      }
    }
    const next = this.waiting()[0];
    if (!next) return null;
    await this.move(next, 'called');
    return this.find(next.key);
  }

  async move(row: Shown, state: Turn): Promise<void> {
    await this.save(row, { state });
  }
}
