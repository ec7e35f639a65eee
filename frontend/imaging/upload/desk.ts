/** All drops of a page: what is being sent, what the server said of it, and what a person does about it. */
import { api, Problem } from '../../kernel/http.ts';
import { uuid } from '../../kernel/ids.ts';
import type { Batch, CaseLine } from './answers.ts';
import type { Harvest, LeftAside } from './collect.ts';
import { Memory, type Unfinished } from './memory.ts';
import { peekSeries } from './peek.ts';
import { type Item, Sender } from './sender.ts';
import { Speed } from './speed.ts';

/** `sending` → `checking` (the server looks at the files) → `done`. */
export interface Drop {
  readonly batch: string;
  readonly name: string;
  readonly items: Item[];
  aside: readonly LeftAside[];
  /** Files that an earlier, broken-off drop of the same folder had brought already. */
  skipped: number;
  phase: 'reading' | 'sending' | 'checking' | 'done';
  answer: Batch | null;
  /** All verdicts; asked for when somebody opens the list. */
  full: Batch | null;
  /** The other case that it was moved to. */
  movedTo: CaseLine | null;
}

export interface Subject {
  readonly kind: 'case' | 'encounter' | '';
  readonly id: string;
}

const POLL_FIRST_MS = 250;
const POLL_MS = 1000;
const POLL_LARGE_MS = 3000;
const LARGE = 500;

export class Desk {
  readonly drops: Drop[] = [];
  readonly sender: Sender;
  readonly speed = new Speed();
  readonly subject: Subject;
  readonly #memory: Memory;
  readonly #watchers = new Set<() => void>();
  unfinished: Unfinished[];
  #isDrawing = false;

  /** `open`: the person's drops on this subject that the server still waits for. */
  constructor(subject: Subject, open: readonly string[] = []) {
    this.subject = subject;
    const names = { case: 'caseId', encounter: 'encounterId', '': '' } as const;
    const name = names[subject.kind];
    this.sender = new Sender(name ? { [name]: subject.id } : {});
    this.sender.onChange = () => this.changed();
    this.sender.onBatchSent = (batch) => void this.#close(batch);
    this.#memory = new Memory(`${subject.kind}.${subject.id}`);
    this.unfinished = this.#memory.all();
    void this.#lookBack(open);
  }

  /** Calls back at most once a frame. */
  watch(redraw: () => void): () => void {
    this.#watchers.add(redraw);
    return () => this.#watchers.delete(redraw);
  }

  changed(): void {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    window.setTimeout(() => {
      this.#isDrawing = false;
      this.speed.note(this.bytesSent());
      for (const redraw of this.#watchers) redraw();
    }, 100);
  }

  get isSending(): boolean {
    return this.drops.some((drop) => drop.phase === 'sending' || drop.phase === 'reading');
  }

  bytesSent(): number {
    return this.drops.reduce((sum, drop) => sum + drop.items.reduce((all, item) => all + item.sent, 0), 0);
  }

  /** Takes what was dropped; the same folder as one that was broken off goes on where that ended. */
  async take(harvest: Harvest): Promise<void> {
    const earlier = this.unfinished.find((each) => isSame(each, harvest));
    const known = earlier ? await this.#batch(earlier.batch) : null;
    const there = new Set(known?.files.map((file) => file.name));
    const goesOn = earlier !== undefined && known?.state === 'open';
    if (earlier) this.#forget(earlier.batch);
    const fresh = harvest.files.filter((picked) => !there.has(picked.path));
    const drop = newDrop(goesOn ? earlier.batch : uuid(), harvest.name);
    drop.aside = harvest.aside;
    drop.skipped = harvest.files.length - fresh.length;
    this.drops.unshift(drop);
    this.changed();
    if (fresh.length > 0) this.#remember(drop, harvest);
    void this.#follow(drop);
    for (const { path, file } of fresh) {
      const item = newItem(path, file, drop.batch, await peekSeries(file).catch(() => ''));
      if (!this.drops.includes(drop)) return;
      drop.items.push(item);
      this.sender.add([item]);
    }
    drop.phase = drop.items.length === 0 && !goesOn ? 'done' : 'sending';
    if (drop.items.every((item) => item.state === 'sent' || item.state === 'failed')) void this.#close(drop.batch);
    this.changed();
  }

  #remember(drop: Drop, harvest: Harvest): void {
    this.#memory.keep({
      batch: drop.batch,
      name: drop.name,
      at: Date.now(),
      files: harvest.files.map(({ path, file }) => [path, file.size] as const),
      received: [],
    });
  }

  forgetUnfinished(batch: string): void {
    this.#forget(batch);
    this.changed();
  }

  #forget(batch: string): void {
    this.#memory.forget(batch);
    this.unfinished = this.unfinished.filter((each) => each.batch !== batch);
  }

  async #batch(batch: string, brief = false): Promise<Batch | null> {
    return api<Batch>(`/api/v1/batches/${batch}${brief ? '?brief=true' : ''}`).catch(() => null);
  }

  /** What is missing of drops that a closed tab broke off; one that had arrived whole is only told to the server. */
  async #lookBack(open: readonly string[]): Promise<void> {
    const mine = new Set(this.unfinished.map((each) => each.batch));
    const others = open.filter((batch) => !mine.has(batch));
    for (const each of this.unfinished) await this.#compare(each);
    for (const batch of others) await this.#compare({ batch, name: '', at: 0, files: [], received: [] });
    this.changed();
  }

  async #compare(each: Unfinished): Promise<void> {
    const found = await this.#batch(each.batch);
    if (this.drops.some((drop) => drop.batch === each.batch)) return; // dropped again meanwhile
    const received = (found?.files ?? []).map((file) => [file.name, file.size] as const);
    const there = new Set(received.map(([path]) => path));
    const missing = each.files.filter(([path]) => !there.has(path));
    const isWhole = each.files.length > 0 && missing.length === 0;
    if (isWhole || found?.state === 'undone') this.#forget(each.batch);
    if (isWhole && found && found.state !== 'done') this.#finish(each);
    if (isWhole || found?.state === 'undone' || (found === null && each.files.length === 0)) return;
    const name = each.name || (received[0]?.[0].split('/')[0] ?? '');
    const rest = this.unfinished.filter((kept) => kept.batch !== each.batch);
    this.unfinished = [...rest, { ...each, name, files: missing, received }];
  }

  /** Everything had arrived when the tab was closed, but nobody said so. */
  #finish({ batch, name }: Unfinished): void {
    const drop = newDrop(batch, name);
    drop.phase = 'sending';
    this.drops.push(drop);
    void this.#close(batch);
    void this.#follow(drop);
  }

  /** Says that no file follows, until the server has heard it. */
  async #close(batch: string): Promise<void> {
    const drop = this.drops.find((each) => each.batch === batch);
    if (!drop || drop.phase !== 'sending') return;
    drop.phase = 'checking';
    this.changed();
    for (let wait = POLL_MS; drop.phase === 'checking'; wait = Math.min(wait * 2, POLL_LARGE_MS)) {
      try {
        await api(`/api/v1/batches/${batch}/close`, { method: 'POST' });
        if (!drop.items.some((item) => item.state === 'failed')) this.#memory.forget(batch);
        return;
      } catch (error) {
        if (error instanceof Problem && error.status >= 400 && error.status < 500) break;
        await pause(wait);
      }
    }
    if (drop.answer === null) drop.phase = 'done'; // nothing reached the server
    this.changed();
  }

  async #follow(drop: Drop): Promise<void> {
    while (drop.phase !== 'done' && this.drops.includes(drop)) {
      await pause(pollPause(drop));
      const isThere = drop.phase !== 'reading' || drop.items.some((item) => item.state === 'sent');
      if (!navigator.onLine || !isThere) continue;
      const answer = await this.#batch(drop.batch, true);
      if (answer === null) continue;
      drop.answer = answer;
      if (answer.state === 'done' && drop.phase === 'checking') {
        drop.phase = 'done';
        announce();
      }
      this.changed();
    }
  }

  /** Sends what had failed once more; after the batch was closed as a drop of its own. */
  retry(drop: Drop): void {
    const failed = drop.items.filter((item) => item.state === 'failed');
    if (drop.phase === 'sending') {
      for (const item of failed) this.sender.again(item);
      return;
    }
    drop.items.splice(0, drop.items.length, ...drop.items.filter((item) => item.state !== 'failed'));
    void this.take({ name: drop.name, files: failed, aside: [] });
  }

  async showAll(drop: Drop): Promise<void> {
    drop.full = await this.#batch(drop.batch);
    this.changed();
  }

  async refresh(drop: Drop): Promise<void> {
    drop.answer = (await this.#batch(drop.batch, true)) ?? drop.answer;
    announce();
    this.changed();
  }

  /** Takes a whole drop back. */
  async undo(drop: Drop): Promise<void> {
    this.sender.drop(drop.batch);
    if (drop.answer !== null || drop.items.some((item) => item.state === 'sent')) {
      await api(`/api/v1/batches/${drop.batch}/undo`, { method: 'POST' });
    }
    this.remove(drop);
    announce();
  }

  async move(drop: Drop, target: CaseLine): Promise<void> {
    await api(`/api/v1/batches/${drop.batch}/move`, { method: 'POST', body: { case_id: target.id } });
    drop.movedTo = target;
    this.changed();
    announce();
  }

  async moveBack(drop: Drop): Promise<void> {
    await api(`/api/v1/batches/${drop.batch}/move`, { method: 'POST', body: { case_id: this.subject.id } });
    drop.movedTo = null;
    await this.refresh(drop);
  }

  /** Takes a drop off the page; what it brought stays. */
  remove(drop: Drop): void {
    this.#forget(drop.batch);
    this.drops.splice(this.drops.indexOf(drop), 1);
    this.changed();
  }
}

function newItem(path: string, file: File, batch: string, seriesUid: string): Item {
  const state = { state: 'waiting' as const, sent: 0, problem: '', tries: 0, notBefore: 0, upload: null };
  return { path, file, batch, seriesUid, ...state };
}

/** Asked more often until there is a first picture to show. */
function pollPause(drop: Drop): number {
  const hasPicture = drop.answer?.studies.some((study) => study.series.some((series) => series.poster_url)) ?? false;
  if (!hasPicture && drop.phase !== 'checking') return POLL_FIRST_MS;
  return drop.items.length > LARGE ? POLL_LARGE_MS : POLL_MS;
}

function newDrop(batch: string, name: string): Drop {
  return { batch, name, items: [], aside: [], skipped: 0, phase: 'reading', answer: null, full: null, movedTo: null };
}

/** Half of the missing files (or, where nobody knows these, of the received ones), by path and size, are in what was
 *  dropped. */
function isSame(earlier: Unfinished, harvest: Harvest): boolean {
  const dropped = new Map(harvest.files.map(({ path, file }) => [path, file.size]));
  const known = earlier.files.length > 0 ? earlier.files : earlier.received;
  const common = known.filter(([path, size]) => dropped.get(path) === size).length;
  return common * 2 >= known.length && common > 0;
}

/** The page renews its readiness and offers the patient's fields. */
function announce(): void {
  document.dispatchEvent(new Event('images-indexed'));
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => window.setTimeout(resolve, ms));
