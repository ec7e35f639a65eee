/**
 * The state of a room is the fold of its log. `fold` takes entries in the order of `seq` and returns a new state;
 * what did not change keeps its identity, so that rows are drawn again only when they must be.
 */
import type { Annotation, KeyImage, ViewChange } from '../imaging/types.ts';
import { toneOf } from '../kernel/people.ts';
import type { AgendaBody, By, Entry, MessageBody, PollBody } from './protocol.ts';

export interface Message {
  kind: 'message';
  id: string;
  seq: number;
  by: By;
  at: string;
  item: string | null;
  text: string;
  replyTo: string | null;
  keyImage: KeyImage | null;
  edited: boolean;
  retracted: boolean;
  /** Mark → ids of those who set it. */
  reactions: Readonly<Record<string, readonly string[]>>;
}

/** A line of the log that is no message: an item began, somebody leads, a decision. */
export interface Happening {
  kind: 'happening';
  id: string;
  seq: number;
  type: string;
  by: By;
  at: string;
  item: string | null;
  body: Readonly<Record<string, unknown>>;
}

export type Line = Message | Happening;

/** Who came (`join`) or went (`leave`). */
export interface Move {
  readonly name: string;
  readonly action: string;
}

export interface Poll {
  id: string;
  question: string;
  options: readonly string[];
  secret: boolean;
  by: By;
  /** Person → option; null where a secret poll hides it. */
  votes: Readonly<Record<string, number | null>>;
  /** Per option; null while a secret poll runs. */
  totals: readonly number[] | null;
  voters: number;
  closed: boolean;
}

export interface RunningItem {
  id: string;
  meeting: string;
  minutes: number;
  startedAt: string;
}

export interface Hand {
  person: string;
  name: string;
  granted: boolean;
}

export interface RoomState {
  lines: readonly Line[];
  views: Readonly<Record<number, ViewChange>>;
  /** What the leader's screen is divided into: 1 or 2. */
  layout: 1 | 2;
  marks: ReadonlyMap<string, { annotation: Annotation; by: By }>;
  leader: string;
  item: RunningItem | null;
  /** Who chairs the running item. */
  chair: string;
  /** The meeting that discussed here last. */
  meeting: string;
  hands: readonly Hand[];
  polls: readonly Poll[];
  call: { provider: string; link: string } | null;
  /** The newest consensus entry; a change of it means: read the edition again. */
  consensus: { id: string; version: number; seq: number } | null;
  /** Names by person, from authors and from bodies. */
  names: ReadonlyMap<string, string>;
  /** A colour of one's own for each person, 1–8, in the order in which they appear in the log: the same for all. */
  tones: ReadonlyMap<string, number>;
}

export const EMPTY: RoomState = {
  lines: [],
  views: {},
  layout: 1,
  marks: new Map(),
  leader: '',
  item: null,
  chair: '',
  meeting: '',
  hands: [],
  polls: [],
  call: null,
  consensus: null,
  names: new Map(),
  tones: new Map(),
};

type Draft = {
  -readonly [Key in keyof RoomState]: RoomState[Key];
} & {
  lines: Line[];
  marks: Map<string, { annotation: Annotation; by: By }>;
  names: Map<string, string>;
  tones: Map<string, number>;
};

type Fold = (state: Draft, entry: Entry) => void;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The state after `entries`, which follow on what `state` has seen. */
export function fold(state: RoomState, entries: readonly Entry[]): RoomState {
  if (entries.length === 0) return state;
  const next: Draft = {
    ...state,
    lines: [...state.lines],
    marks: new Map(state.marks),
    names: new Map(state.names),
    tones: state.tones as Map<string, number>,
  };
  for (const entry of entries) {
    if (entry.by.name) next.names.set(entry.by.id, entry.by.name);
    if (entry.by.id && !next.tones.has(entry.by.id)) {
      if (next.tones === state.tones) next.tones = new Map(state.tones);
      paint(next.tones, entry.by.id);
    }
    FOLDS[entry.type]?.(next, entry);
  }
  return next;
}

const TONES = 8;

/** The colour of the person's id where it is free, else the next free one. */
function paint(tones: Map<string, number>, person: string): void {
  const taken = new Set(tones.values());
  const own = Number(toneOf(person).slice(-1));
  const free = Array.from({ length: TONES }, (_, step) => ((own - 1 + step) % TONES) + 1).find(
    (one) => !taken.has(one),
  );
  tones.set(person, free ?? own);
}

function message(state: Draft, entry: Entry): void {
  const body = entry.body as Partial<MessageBody>;
  state.lines.push({
    kind: 'message',
    id: entry.id,
    seq: entry.seq,
    by: entry.by,
    at: entry.at,
    item: entry.item ?? null,
    text: text(body.text),
    replyTo: body.reply_to ?? null,
    keyImage: body.key_image ?? null,
    edited: false,
    retracted: false,
    reactions: {},
  });
}

function happening(state: Draft, entry: Entry): void {
  const { id, seq, type, by, at, body } = entry;
  state.lines.push({ kind: 'happening', id, seq, type, by, at, item: entry.item ?? null, body });
}

function change(state: Draft, ref: unknown, how: (message: Message) => Message): void {
  const at = state.lines.findIndex((line) => line.id === ref);
  const found = state.lines[at];
  if (found?.kind === 'message') state.lines[at] = how(found);
}

/** The same mark of the same person again takes it away. */
function toggled(reactions: Message['reactions'], mark: string, person: string): Message['reactions'] {
  const had = reactions[mark] ?? [];
  const now = had.includes(person) ? had.filter((one) => one !== person) : [...had, person];
  const { [mark]: _gone, ...rest } = reactions;
  return now.length > 0 ? { ...rest, [mark]: now } : rest;
}

function view(state: Draft, { body }: Entry): void {
  const { layout, annotations: _marks, caption: _caption, ...seen } = body;
  const change = seen as unknown as ViewChange;
  const viewport = change.viewport ?? 0;
  state.layout = layout === '1x2' || viewport === 1 ? 2 : 1;
  const { 1: second, ...first } = state.views;
  state.views = { ...first, ...(second && state.layout === 2 ? { 1: second } : {}), [viewport]: change };
}

function agenda(state: Draft, entry: Entry): void {
  const body = entry.body as unknown as AgendaBody;
  state.meeting = body.meeting || state.meeting;
  if (body.action === 'start') {
    state.item = { id: body.item, meeting: body.meeting ?? '', minutes: body.minutes ?? 0, startedAt: entry.at };
    state.chair = state.leader = body.chair ?? '';
    state.hands = [];
  } else if (body.action === 'finish') {
    state.item = null;
    state.chair = state.leader = '';
    state.hands = [];
  } else if (state.item && body.minutes) {
    state.item = { ...state.item, minutes: body.minutes };
  }
  happening(state, entry);
}

function lead(state: Draft, entry: Entry): void {
  const { to, to_name: name } = entry.body;
  state.leader = text(to);
  if (text(to) && text(name)) state.names.set(text(to), text(name));
  happening(state, entry);
}

function hand(state: Draft, { body, by }: Entry): void {
  const person = text(body.person) || by.id;
  const others = state.hands.filter((one) => one.person !== person);
  const mine = state.hands.find((one) => one.person === person);
  if (body.action === 'raise')
    state.hands = mine ? state.hands : [...others, { person, name: text(body.name) || by.name, granted: false }];
  else if (body.action === 'lower') state.hands = others;
  else state.hands = [{ person, name: text(body.name) || mine?.name || '', granted: true }, ...others];
}

function poll(state: Draft, entry: Entry): void {
  const body = entry.body as unknown as PollBody;
  const made: Poll = {
    id: entry.id,
    question: body.question,
    options: body.options,
    secret: Boolean(body.secret),
    by: entry.by,
    votes: {},
    totals: body.secret ? null : body.options.map(() => 0),
    voters: 0,
    closed: false,
  };
  state.polls = [...state.polls, made];
  happening(state, entry);
}

function changePoll(state: Draft, ref: unknown, how: (poll: Poll) => Poll): void {
  state.polls = state.polls.map((one) => (one.id === ref ? how(one) : one));
}

function vote(state: Draft, { body, by }: Entry): void {
  changePoll(state, body.ref, (one) => {
    const option = typeof body.option === 'number' ? body.option : null;
    const votes = { ...one.votes, [by.id]: option };
    const cast = Object.values(votes);
    const totals = one.secret ? null : one.options.map((_, at) => cast.filter((each) => each === at).length);
    return { ...one, votes, totals, voters: cast.length };
  });
}

function pollClosed(state: Draft, entry: Entry): void {
  const { ref, totals, voters } = entry.body as { ref: string; totals?: number[]; voters?: number };
  changePoll(state, ref, (one) => ({
    ...one,
    closed: true,
    totals: totals ?? one.totals,
    voters: voters ?? one.voters,
  }));
  happening(state, entry);
}

function call(state: Draft, entry: Entry): void {
  const { action, provider, link } = entry.body;
  state.call = action === 'start' && text(link) ? { provider: text(provider), link: text(link) } : null;
  happening(state, entry);
}

function consensus(state: Draft, entry: Entry): void {
  state.consensus = { id: text(entry.body.id), version: Number(entry.body.version ?? 0), seq: entry.seq };
  // A draft is saved often: one line for what one person wrote in a row.
  const last = state.lines[state.lines.length - 1];
  const again = last?.kind === 'happening' && last.type === 'consensus' && last.by.id === entry.by.id;
  if (again && last.body.action === 'draft' && entry.body.action === 'draft') state.lines.pop();
  happening(state, entry);
}

/** Those who come and go one after another are one line; whose line only broke for a moment is not in it. */
function joinLeft(state: Draft, entry: Entry): void {
  const last = state.lines[state.lines.length - 1];
  const before = last?.kind === 'happening' && last.type === 'join_left' ? (last.body.moves as readonly Move[]) : null;
  const move = { name: text(entry.body.name) || entry.by.name, action: text(entry.body.action) };
  const others = (before ?? []).filter((one) => one.name !== move.name);
  const turned = before?.some((one) => one.name === move.name && one.action !== move.action);
  if (before) state.lines.pop();
  happening(state, { ...entry, body: { moves: turned ? others : [...others, move] } });
}

const FOLDS: Readonly<Record<string, Fold>> = {
  message,
  file: happening,
  edit: (state, { body }) => change(state, body.ref, (one) => ({ ...one, text: text(body.text), edited: true })),
  retract: (state, { body }) =>
    change(state, body.ref, (one) => ({ ...one, text: '', keyImage: null, retracted: true, reactions: {} })),
  react: (state, { body, by }) =>
    change(state, body.ref, (one) => ({ ...one, reactions: toggled(one.reactions, text(body.mark), by.id) })),
  view,
  annotation: (state, { body, by }) => {
    const annotation = body as unknown as Annotation;
    state.marks.set(annotation.id, { annotation, by });
  },
  annotation_removed: (state, { body }) => {
    state.marks.delete(text(body.id));
  },
  lead,
  agenda,
  hand,
  join_left: joinLeft,
  poll,
  vote,
  poll_closed: pollClosed,
  consensus,
  decision: happening,
  call,
  note: happening,
};
