/**
 * What was written on this tablet and the server has not confirmed, in order. Every change goes through here, with a line
 * or without: it is kept first, then sent, and taken away by the answer.
 */
import { Problem } from '../kernel/http.ts';
import type { Encounter, Fields } from './types.ts';
import type { Vault } from './vault.ts';

export type Change = Partial<Fields>;

export interface SaveItem {
  readonly kind: 'save';
  readonly key: string;
  readonly change: Change;
  /** What the server had when the change was begun; null: it does not know the encounter yet. */
  readonly base: { readonly id: string; readonly version: number; readonly values: Change } | null;
  readonly at: string;
  readonly once: string;
}

export interface PhotoItem {
  readonly kind: 'photo';
  readonly key: string;
  /** The server's id, if it knew the encounter already. */
  readonly id: string | null;
  /** A JPEG in Base64: what is sealed is JSON. */
  readonly jpeg: string;
  readonly caption: string;
}

export interface CaseItem {
  readonly kind: 'case';
  readonly key: string;
  readonly id: string | null;
  readonly once: string;
}

export type Item = (SaveItem | PhotoItem | CaseItem) & { readonly refused?: string };

/** How items reach the server. */
export interface Sender {
  create(item: SaveItem): Promise<Encounter>;
  change(id: string, version: number | null, item: SaveItem): Promise<Encounter>;
  photo(id: string, item: PhotoItem): Promise<Encounter>;
  toCase(id: string, item: CaseItem): Promise<Encounter>;
  read(id: string): Promise<Encounter>;
}

const TEXTS = ['complaint', 'finding', 'advice'] as const;

/** Two tablets wrote the same encounter: of texts both are kept, of all else this tablet's. */
export function bothKept(change: Change, base: Change, theirs: Encounter): Change {
  const kept: Change = { ...change };
  for (const name of TEXTS) {
    const mine = change[name];
    const other = theirs[name];
    if (mine === undefined || other === (base[name] ?? '') || other === mine || !other) continue;
    kept[name] = mine.includes(other) ? mine : `${mine}\n${other}`;
  }
  return kept;
}

/** Whether it is worth trying again without a person doing anything. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Problem)) return true;
  return error.status === 0 || error.status === 401 || error.status === 429 || error.status >= 500;
}

export class Outbox {
  private readonly items = new Map<number, Item>();
  private readonly known = new Map<string, { id: string; version: number }>();
  private readonly vault: Vault;
  private readonly sender: Sender;
  private readonly onChange: (sent: Encounter | null) => void;
  private next = 1;
  private sending: number | null = null;
  private run: Promise<void> | null = null;

  constructor(vault: Vault, sender: Sender, onChange: (sent: Encounter | null) => void) {
    this.vault = vault;
    this.sender = sender;
    this.onChange = onChange;
  }

  /** Take up what an earlier visit left. */
  async load(): Promise<void> {
    const found = [...(await this.vault.all())].sort(([one], [other]) => one - other);
    for (const [seq, value] of found) {
      this.items.set(seq, value as Item);
      this.next = seq + 1;
    }
    this.onChange(null);
  }

  all(): readonly Item[] {
    return [...this.items.values()];
  }

  /** How many encounters and pictures still have to go. */
  count(): number {
    return this.items.size;
  }

  refusedOf(key: string): string {
    return this.all().find((item) => item.key === key && item.refused)?.refused ?? '';
  }

  /** What is written and not confirmed about one encounter. */
  pending(key: string): Change {
    const changes = this.all().flatMap((item) => (item.kind === 'save' && item.key === key ? [item.change] : []));
    return Object.assign({}, ...changes) as Change;
  }

  /** Keep first, then send. A save joins one of the same encounter that still waits. */
  async put(item: Item): Promise<void> {
    const seq = item.kind === 'save' ? this.waitingSave(item.key) : null;
    const place = seq ?? this.next++;
    const held = this.items.get(place);
    const kept = held?.kind === 'save' && item.kind === 'save' ? joined(held, item) : item;
    this.items.set(place, kept);
    this.onChange(null);
    await this.vault.put(place, kept);
    void this.drain();
  }

  private waitingSave(key: string): number | null {
    for (const [seq, item] of this.items) {
      if (item.kind === 'save' && item.key === key && seq !== this.sending) return seq;
    }
    return null;
  }

  /** Give an item up that the server will not have. */
  async drop(key: string): Promise<void> {
    for (const [seq, item] of this.items) {
      if (item.key === key && item.refused) await this.forget(seq);
    }
    this.onChange(null);
  }

  /** Send in order until all is gone or the line is. Running twice at once is one run. */
  drain(): Promise<void> {
    this.run ??= this.sendAll().finally(() => {
      this.run = null;
    });
    return this.run;
  }

  private async sendAll(): Promise<void> {
    for (let seq = this.first(); seq !== null; seq = this.first()) {
      const item = this.items.get(seq) as Item;
      this.sending = seq;
      try {
        const answer = await this.send(item);
        this.known.set(item.key, { id: answer.id, version: answer.version });
        await this.forget(seq);
        this.onChange(answer);
      } catch (error) {
        if (isPassing(error)) return;
        const refused = { ...item, refused: (error as Problem).detail } as Item;
        this.items.set(seq, refused);
        await this.vault.put(seq, refused);
        this.onChange(null);
      } finally {
        this.sending = null;
      }
    }
  }

  /** The oldest that is not refused; what hangs on a refused encounter waits behind it. */
  private first(): number | null {
    const stopped = new Set<string>();
    for (const [seq, item] of this.items) {
      if (item.refused) stopped.add(item.key);
      else if (!stopped.has(item.key)) return seq;
    }
    return null;
  }

  private async forget(seq: number): Promise<void> {
    this.items.delete(seq);
    await this.vault.remove(seq);
  }

  private async send(item: Item): Promise<Encounter> {
    if (item.kind === 'save') return await this.sendSave(item);
    const id = item.id ?? this.known.get(item.key)?.id ?? '';
    return item.kind === 'photo' ? await this.sender.photo(id, item) : await this.sender.toCase(id, item);
  }

  private async sendSave(item: SaveItem): Promise<Encounter> {
    const known = this.known.get(item.key);
    if (!item.base && !known) return await this.sender.create(item);
    const id = known?.id ?? item.base?.id ?? '';
    const version = Math.max(known?.version ?? 0, item.base?.version ?? 0);
    try {
      return await this.sender.change(id, version, item);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 412) throw error;
      const theirs = await this.sender.read(id);
      const change = bothKept(item.change, item.base?.values ?? {}, theirs);
      return await this.sender.change(id, theirs.version, { ...item, change });
    }
  }
}

/** One save for two; a refusal of the first is forgotten, as the second may mend it. */
function joined(held: SaveItem, more: SaveItem): SaveItem {
  const { kind, key, base, at } = held;
  return { kind, key, base, at, change: { ...held.change, ...more.change }, once: more.once };
}
