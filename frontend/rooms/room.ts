/**
 * One room as its page sees it: the line, the log and its fold, what waits to be sent, who is here, the shared view.
 * Components read from it and call it; it knows no markup.
 */
import { api } from '../kernel/http.ts';
import { t } from '../kernel/i18n.ts';
import { uuid } from '../kernel/ids.ts';
import { toneOf } from '../kernel/people.ts';
import { lookAtSession, onSignedIn } from '../kernel/session.ts';
import { toast } from '../kernel/toast.ts';
import { openStore, type Unsent } from '../kernel/unsent.ts';
import { RoomLine } from './line.ts';
import { EMPTY, fold, type Poll, type RoomState } from './log.ts';
import { Outbox } from './outbox.ts';
import type { By, Entry, Joined, Member, MessageBody, Refusal, RoomFacts, Signal } from './protocol.ts';
import { Sequence } from './sequence.ts';
import { Shared } from './shared.ts';

export interface RoomProps {
  me: { id: string; name: string; username: string };
  room: RoomFacts;
  /** The server's clock when the page was made, RFC 3339. */
  now: string;
}

export interface Refused {
  one: Unsent;
  detail: string;
}

/** What the page says of itself, above everything else. */
export type Ending = { kind: 'evicted'; code: string } | { kind: 'closed'; detail: string } | null;

const TYPING_MS = 4000;
const RESUMED_MS = 6000;

export class Room {
  readonly me: By;
  facts: RoomFacts;
  readonly line: RoomLine;
  readonly shared: Shared;
  state: RoomState = EMPTY;
  members: readonly Member[] = [];
  unsent: readonly Unsent[] = [];
  refused: readonly Refused[] = [];
  /** How many waiting messages went out when the line came back; shown for a moment. */
  resumed: number | null = null;
  ending: Ending = null;
  /** The meeting moved on to a case that this person may not see. */
  waiting = false;
  /** Older entries than those here exist. */
  isCut = false;
  /** The log was read once, so that it is known what was shown. */
  hasHistory = false;
  private readonly skew: number;
  private sequence = new Sequence();
  private raw: Entry[] = [];
  private outbox: Outbox | null = null;
  private readonly writing = new Map<string, number>();
  private readonly listeners = new Set<() => void>();
  private told = false;

  constructor({ me, room, now }: RoomProps) {
    this.me = { id: me.id, name: me.name };
    this.facts = room;
    this.skew = Date.parse(now) - Date.now();
    this.line = new RoomLine(room.id, {
      person: me.id,
      have: () => this.sequence.have,
      follows: () => this.isLeader || this.shared.following.active,
      joined: (answer) => this.joined(answer),
      entry: (entry) => this.take([entry]),
      signal: (signal) => this.signal(signal),
      presence: (members) => this.seat(members),
      moved: (to) => this.moved(to),
      evicted: (code) => this.end({ kind: 'evicted', code }),
      refused: (one, refusal) => this.refuse(one, refusal),
      ready: () => void this.outbox?.drain(),
      changed: () => this.lineChanged(),
    });
    this.shared = new Shared({
      me: this.me,
      state: () => this.state,
      isLive: () => this.line.status === 'live',
      signal: (type, body) => this.line.signal(type, body),
      post: (type, body) => this.post(type, body),
      followed: () => {
        void this.line.tick();
        this.tell();
      },
      changed: () => this.tell(),
    });
  }

  async open(): Promise<void> {
    const send = (one: Unsent) => this.line.post(one);
    const changed = (unsent: readonly Unsent[]) => {
      this.unsent = unsent;
      this.tell();
    };
    this.outbox = new Outbox(await openStore(), { person: this.me.id, room: this.facts.id, send, changed });
    await this.outbox.load();
    onSignedIn(() => this.signedIn());
    this.line.open();
  }

  // ── what a page asks ───────────────────────────────────────────────────────────────────────────────────────────

  /** Calls back after changes, at most once a display beat. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The server's clock, in milliseconds since 1970. */
  now(): number {
    return Date.now() + this.skew;
  }

  get isCase(): boolean {
    return this.facts.subject.kind === 'case';
  }

  get mayPost(): boolean {
    return this.facts.may.includes('post');
  }

  /** A trainee only watches, but may ask to speak. */
  get mayRaiseHand(): boolean {
    return this.mayPost || this.members.some((one) => one.id === this.me.id && one.role === 'trainee');
  }

  /** Leads the discussion: the chair, the deputy, the coordinator standing in. */
  get mayLead(): boolean {
    return this.facts.may.includes('lead') || this.state.chair === this.me.id;
  }

  /** A case was discussed here and is not now. */
  get isOver(): boolean {
    return this.isCase && this.mayPost && this.state.meeting !== '' && !this.state.item;
  }

  /** Moves the shared viewer. */
  get isLeader(): boolean {
    return this.state.leader === this.me.id;
  }

  /** Whether anybody may take the lead without asking. */
  get isLeadFree(): boolean {
    return !this.state.item;
  }

  /** As it will be once what waits is sent: pressed twice on a slow line, a hand goes up and down again. */
  get isHandUp(): boolean {
    const waiting = this.unsent.filter((one) => one.type === 'hand').at(-1);
    return waiting ? waiting.body.action === 'raise' : this.state.hands.some((hand) => hand.person === this.me.id);
  }

  nameOf(person: string): string {
    return this.members.find((one) => one.id === person)?.name ?? this.state.names.get(person) ?? '';
  }

  /** A person's colour in this room, 1–8. */
  colourOf(person: string): number {
    return this.state.tones.get(person) ?? Number(toneOf(person).slice(-1));
  }

  /** Who is writing just now. */
  typing(): string[] {
    const now = Date.now();
    return [...this.writing].filter(([, until]) => until > now).map(([person]) => this.nameOf(person));
  }

  openPoll(): Poll | null {
    return this.state.polls[this.state.polls.length - 1] ?? null;
  }

  // ── what a person does ─────────────────────────────────────────────────────────────────────────────────────────

  /** Keeps an entry and sends it as soon as the line allows. */
  post(type: string, body: Record<string, unknown>): void {
    void this.outbox?.add({ client_id: uuid(), type, body });
  }

  say(body: MessageBody): void {
    this.post('message', { ...body });
  }

  /** Takes a refused message out of sight; returns its text, to be written anew. */
  forget(clientId: string): string {
    const found = this.refused.find(({ one }) => one.client_id === clientId);
    this.refused = this.refused.filter(({ one }) => one.client_id !== clientId);
    this.tell();
    return String(found?.one.body.text ?? '');
  }

  toggleHand(): void {
    this.post('hand', { action: this.isHandUp ? 'lower' : 'raise' });
  }

  takeLead(): void {
    this.post('lead', { action: 'take', to: this.me.id });
  }

  giveLead(to: string): void {
    this.post('lead', { action: 'give', to });
  }

  releaseLead(): void {
    this.post('lead', { action: 'release' });
  }

  /** Asks who leads to hand over: a message that everybody sees. */
  askForLead(): void {
    this.say({ text: t('申请带看') });
    if (!this.isHandUp) this.post('hand', { action: 'raise' });
  }

  writingNow(): void {
    this.line.signal('typing', {});
  }

  async leave(): Promise<void> {
    if (this.isHandUp) this.post('hand', { action: 'lower' });
    await this.line.leave();
    window.location.assign(this.isCase ? `/cases/${this.facts.subject.id}` : `/meetings/${this.facts.subject.id}`);
  }

  /** Reads the whole log from its beginning. */
  async loadAll(): Promise<void> {
    const pages: Entry[] = [];
    for (let after: string | null = '0'; after !== null; ) {
      const url: string = `/api/v1/rooms/${this.facts.id}/entries?after=${after}&limit=1000`;
      const page: { items: Entry[]; next: string | null } = await api(url);
      pages.push(...page.items);
      after = page.next;
    }
    this.isCut = false;
    this.restart(pages);
    this.tell();
  }

  // ── what the server says ───────────────────────────────────────────────────────────────────────────────────────

  private async joined(answer: Joined): Promise<void> {
    const waited = this.unsent.length;
    if (answer.snapshot) {
      const { seq, state } = answer.snapshot as { seq: number; state: Entry[] };
      this.isCut = true;
      this.restart(state, seq);
    }
    this.take(answer.entries);
    this.seat(answer.members);
    if (answer.state) this.facts = answer.state;
    this.hasHistory = true;
    if (this.line.status !== 'resuming') return;
    this.showResumed(waited);
    this.shared.viewer?.retry();
  }

  private showResumed(count: number): void {
    this.resumed = count;
    setTimeout(() => {
      this.resumed = null;
      this.tell();
    }, RESUMED_MS);
  }

  /** Begins the fold again from `entries`; `seq` is where the log goes on after them. */
  private restart(entries: readonly Entry[], seq = entries[entries.length - 1]?.seq ?? 0): void {
    this.raw = [...entries];
    this.sequence = new Sequence(seq);
    this.state = fold(EMPTY, this.raw);
    this.shared.showMarks();
  }

  private take(entries: readonly Entry[]): void {
    const ready = this.sequence.take(entries);
    if (this.sequence.hasGap) this.line.rejoin();
    if (ready.length === 0) return;
    this.raw.push(...ready);
    const ledBefore = this.isLeader;
    this.state = fold(this.state, ready);
    for (const entry of ready) this.heed(entry);
    if (this.hasHistory) this.shared.leadChanged(ledBefore);
    this.tell();
  }

  private heed(entry: Entry): void {
    if (entry.by.id === this.me.id) void this.outbox?.settle(entry.client_id);
    if (entry.type === 'message') this.writing.delete(entry.by.id);
    this.shared.heed(entry);
  }

  private signal(signal: Signal): void {
    this.shared.hear(signal);
    if (signal.type !== 'typing') return;
    this.writing.set(signal.by.id, Date.now() + TYPING_MS);
    setTimeout(() => this.tell(), TYPING_MS + 50);
    this.tell();
  }

  private seat(members: readonly Member[]): void {
    const here = new Set(members.map((one) => one.id));
    for (const one of this.members) if (!here.has(one.id)) this.shared.gone(one.id);
    this.members = members;
    this.tell();
  }

  private moved(to: string | null): void {
    if (to) window.location.assign(`/rooms/${encodeURIComponent(to)}`);
    else this.waiting = true;
    this.tell();
  }

  /** A session that ended may be followed by another of the same person: then everything here goes on as it was. */
  get isSignedOut(): boolean {
    return this.ending?.kind === 'evicted' && this.ending.code === 'session_ended';
  }

  private end(ending: Ending): void {
    this.ending = ending;
    if (this.isSignedOut) lookAtSession();
    else this.shared.detach();
    this.tell();
  }

  private signedIn(): void {
    if (this.isSignedOut) this.ending = null;
    if (!this.ending) this.line.reopen();
    this.tell();
  }

  private refuse(one: Unsent, refusal: Refusal): void {
    if (one.type === 'message') this.refused = [...this.refused, { one, detail: refusal.detail }];
    else toast(refusal.detail || t('没有成功，请再试一次。'), 'warn');
    this.tell();
  }

  private lineChanged(): void {
    if (this.line.status === 'closed' && this.line.problem) this.end({ kind: 'closed', detail: this.line.problem });
    this.tell();
  }

  private tell(): void {
    if (this.told) return;
    this.told = true;
    requestAnimationFrame(() => {
      this.told = false;
      for (const listener of this.listeners) listener();
    });
  }
}
