import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clock, nextItem } from './agenda.ts';
import { distance, mainSeries, opening, type SeriesCard, type Study } from './studies.ts';

function series(uid: string, frames: number, change: Partial<SeriesCard> = {}): SeriesCard {
  return {
    id: uid,
    uid,
    number: 1,
    description: '',
    modality: 'CT',
    instances: frames,
    prepared: 'ready',
    frames,
    shown: frames,
    poster_url: null,
    ...change,
  };
}

function study(uid: string, date: string, prior: boolean, list: SeriesCard[], modality = 'CT'): Study {
  return {
    study_uid: uid,
    modality,
    date,
    description: '',
    series: list.length,
    instances: 0,
    prior,
    series_list: list,
  };
}

test('the newest study opens, beside it the newest prior of the same kind', () => {
  const found = opening([
    study('old', '2024-01-01', true, [series('o', 100)]),
    study('film', '2025-06-01', true, [series('f', 1)], 'CR'),
    study('now', '2026-11-10', false, [series('n', 250)]),
    study('prior', '2025-11-12', true, [series('p', 250)]),
  ]);
  assert.deepEqual([found.current?.study.study_uid, found.prior?.study.study_uid], ['now', 'prior']);
});

test('a study is told by its largest series that can be shown', () => {
  const list = [
    series('a', 40),
    series('b', 250, { shown: 0 }),
    series('c', 90),
    series('d', 300, { prepared: 'failed' }),
  ];
  assert.equal(mainSeries(study('s', '2026-01-01', false, list))?.uid, 'c');
  assert.equal(mainSeries(study('s', '2026-01-01', false, [series('e', 17, { prepared: 'waiting' })]))?.uid, 'e');
  assert.deepEqual(opening([study('s', '2026-01-01', false, [])]), { current: null, prior: null });
});

test('how long ago a prior was, in the words of the day', () => {
  assert.equal(distance('2026-10-16', '2026-11-20'), '5 周前');
  assert.equal(distance('2025-11-12', '2026-11-10'), '12 个月前');
  assert.equal(distance('2026-11-20', '2026-11-20'), '');
});

test('the clock of an item, and which one is next', () => {
  assert.deepEqual([clock(402), clock(3725), clock(-4)], ['06:42', '62:05', '00:00']);
  const item = (id: string, position: number, state: string) => ({ id, position, state }) as never;
  const agenda = [item('c', 3, 'planned'), item('a', 1, 'finished'), item('b', 2, 'planned')];
  assert.equal(nextItem(agenda)?.id, 'b');
});
