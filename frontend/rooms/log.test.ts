import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHAIR, EXPERT, logOf } from './entries.ts';
import { EMPTY, fold, type Message } from './log.ts';

const messagesOf = (lines: readonly { kind: string }[]) => lines.filter((line) => line.kind === 'message') as Message[];

test('a message is edited, reacted to and taken back by later entries', () => {
  const state = fold(
    EMPTY,
    logOf([
      ['message', { text: '建议随访' }, EXPERT],
      ['edit', { ref: 'e1', text: '建议 3 个月随访' }, EXPERT],
      ['react', { ref: 'e1', mark: '👍' }],
      ['react', { ref: 'e1', mark: '👍' }, EXPERT],
      ['react', { ref: 'e1', mark: '👍' }],
    ]),
  );
  const [message] = messagesOf(state.lines);
  assert.equal(message?.text, '建议 3 个月随访');
  assert.equal(message?.edited, true);
  assert.deepEqual(message?.reactions, { '👍': [EXPERT.id] });
  const after = fold(state, logOf([['retract', { ref: 'e1' }, EXPERT]], 6));
  assert.deepEqual([after.lines.length, messagesOf(after.lines)[0]?.text], [1, '']);
  assert.equal(messagesOf(after.lines)[0]?.retracted, true);
});

test('folding in two steps is folding in one; the earlier state is left alone', () => {
  const entries = logOf([
    ['message', { text: '一' }],
    ['hand', { action: 'raise', person: EXPERT.id, name: EXPERT.name }, EXPERT],
    ['poll', { question: '手术？', options: ['是', '否'] }],
    ['vote', { ref: 'e3', option: 0 }, EXPERT],
    ['annotation', { id: 'a', tool: 'length', instance_uid: '1.2', frame: 1, points: [], measured: {} }],
    ['edit', { ref: 'e1', text: '二' }],
  ]);
  const half = fold(EMPTY, entries.slice(0, 3));
  const snapshot = JSON.stringify([half.lines, half.polls, [...half.marks]]);
  assert.deepEqual(fold(half, entries.slice(3)), fold(EMPTY, entries));
  assert.equal(JSON.stringify([half.lines, half.polls, [...half.marks]]), snapshot);
});

test('what did not change keeps its identity', () => {
  const before = fold(
    EMPTY,
    logOf([
      ['message', { text: '一' }],
      ['message', { text: '二' }],
    ]),
  );
  const after = fold(before, logOf([['edit', { ref: 'e2', text: '三' }]], 3));
  assert.equal(after.lines[0], before.lines[0]);
  assert.notEqual(after.lines[1], before.lines[1]);
});

test('an item gives the lead to its chair, minutes can be added, its end frees the lead', () => {
  const started = fold(
    EMPTY,
    logOf([
      ['lead', { action: 'take', to: EXPERT.id, to_name: EXPERT.name }, EXPERT],
      ['agenda', { action: 'start', item: 'i', meeting: 'm', minutes: 10, chair: CHAIR.id }],
      ['agenda', { action: 'extend', item: 'i', meeting: 'm', minutes: 13 }],
    ]),
  );
  assert.deepEqual([started.leader, started.chair, started.item?.minutes], [CHAIR.id, CHAIR.id, 13]);
  assert.equal(started.item?.startedAt, '2026-11-23T07:01:00Z');
  const ended = fold(started, logOf([['agenda', { action: 'finish', item: 'i', outcome: 'decided' }]], 4));
  assert.deepEqual([ended.leader, ended.chair, ended.item, ended.meeting], ['', '', null, 'm']);
});

test('the last view of each viewport stands; one viewport is one again when the leader says so', () => {
  const view = { study_uid: '1', series_uid: '1.2', instance_uid: '1.2.3', frame: 1 };
  const two = fold(
    EMPTY,
    logOf([
      ['view', { ...view, viewport: 0, layout: '1x2' }],
      ['view', { ...view, instance_uid: '1.2.9', viewport: 1, layout: '1x2' }],
    ]),
  );
  assert.deepEqual([two.layout, two.views[0]?.instance_uid, two.views[1]?.instance_uid], [2, '1.2.3', '1.2.9']);
  assert.equal(fold(two, logOf([['view', { ...view, viewport: 0, layout: '1x1' }]], 3)).layout, 1);
});

test('the last vote of each counts; a secret poll tells its totals only at its end', () => {
  const open = fold(
    EMPTY,
    logOf([
      ['poll', { question: '手术？', options: ['是', '否'] }],
      ['vote', { ref: 'e1', option: 0 }],
      ['vote', { ref: 'e1', option: 1 }],
      ['vote', { ref: 'e1', option: 1 }, EXPERT],
      ['poll', { question: '手术？', options: ['是', '否'], secret: true }],
      ['vote', { ref: 'e5', secret: true }],
    ]),
  );
  assert.deepEqual([open.polls[0]?.totals, open.polls[0]?.voters], [[0, 2], 2]);
  assert.deepEqual([open.polls[1]?.totals, open.polls[1]?.voters], [null, 1]);
  const closed = fold(open, logOf([['poll_closed', { ref: 'e5', totals: [1, 0], voters: 1 }]], 7));
  assert.deepEqual([closed.polls[1]?.totals, closed.polls[1]?.closed], [[1, 0], true]);
});

test('hands wait in order; who is granted comes first', () => {
  const raised = fold(
    EMPTY,
    logOf([
      ['hand', { action: 'raise', person: CHAIR.id, name: CHAIR.name }],
      ['hand', { action: 'raise', person: EXPERT.id, name: EXPERT.name }, EXPERT],
      ['hand', { action: 'raise', person: EXPERT.id, name: EXPERT.name }, EXPERT],
      ['hand', { action: 'grant', person: EXPERT.id, name: EXPERT.name }],
    ]),
  );
  const seen = raised.hands.map((hand) => [hand.name, hand.granted]);
  assert.deepEqual(seen, [
    [EXPERT.name, true],
    [CHAIR.name, false],
  ]);
  assert.equal(fold(raised, logOf([['hand', { action: 'lower', person: EXPERT.id }]], 5)).hands.length, 1);
});

test('people of one colour by their ids still get two, the same whoever folds', () => {
  const twin = { id: '33333333-0000-7000-8000-000000000009', name: '何志刚' };
  const entries = logOf([
    ['message', { text: '一' }, EXPERT],
    ['message', { text: '二' }, twin],
  ]);
  const tones = fold(EMPTY, entries).tones;
  assert.notEqual(tones.get(EXPERT.id), tones.get(twin.id));
  assert.deepEqual(fold(fold(EMPTY, entries.slice(0, 1)), entries.slice(1)).tones, tones);
});

test('people who come one after another, and drafts saved in a row, are one line each', () => {
  const state = fold(
    EMPTY,
    logOf([
      ['join_left', { action: 'join', person: CHAIR.id, name: CHAIR.name }],
      ['join_left', { action: 'join', person: EXPERT.id, name: EXPERT.name }, EXPERT],
      ['consensus', { action: 'draft', id: 'k', version: 1 }],
      ['consensus', { action: 'draft', id: 'k', version: 2 }],
      ['consensus', { action: 'propose', id: 'k', version: 3 }],
    ]),
  );
  assert.deepEqual(
    state.lines.map((line) => (line.kind === 'happening' ? [line.type, line.body.action] : [])),
    [
      ['join_left', undefined],
      ['consensus', 'draft'],
      ['consensus', 'propose'],
    ],
  );
  assert.deepEqual(state.consensus, { id: 'k', version: 3, seq: 5 });
});

test('who comes and goes one after another is one line, a line that broke is none', () => {
  const moves = (...entries: [string, string][]) =>
    fold(EMPTY, logOf(entries.map(([action, name]) => ['join_left', { action, person: name, name }]))).lines.map(
      (line) => (line.kind === 'happening' ? line.body.moves : null),
    );
  assert.deepEqual(moves(['join', 'A'], ['join', 'B'], ['leave', 'C']), [
    [
      { name: 'A', action: 'join' },
      { name: 'B', action: 'join' },
      { name: 'C', action: 'leave' },
    ],
  ]);
  assert.deepEqual(moves(['leave', 'A'], ['join', 'A']), [[]]);
  assert.deepEqual(moves(['leave', 'A'], ['join', 'A'], ['leave', 'A']), [[{ name: 'A', action: 'leave' }]]);
});

test('an entry type of a later release is passed over', () => {
  assert.equal(fold(EMPTY, logOf([['hologram', { x: 1 }]])).lines.length, 0);
});
