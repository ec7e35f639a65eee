import assert from 'node:assert/strict';
import test from 'node:test';
import { setDictionary } from '../kernel/i18n.ts';
import { complaints, dayAfter, withSentence } from './words.ts';

test('revisit days', () => {
  const from = new Date(2026, 10, 25);
  assert.equal(dayAfter(from, 7, 0), '2026-12-02');
  assert.equal(dayAfter(from, 0, 3), '2027-02-25');
});

test('the 31st becomes the last of a shorter month', () => {
  assert.equal(dayAfter(new Date(2026, 7, 31), 0, 6), '2027-02-28');
});

test('a sentence is added once', () => {
  assert.equal(withSentence('', '戒烟'), '戒烟');
  assert.equal(withSentence('休息。', '戒烟'), '休息；戒烟');
  assert.equal(withSentence('戒烟；休息', '戒烟'), '戒烟；休息');
});

test('a chip is read in the language of the page and kept in Chinese', () => {
  setDictionary({ 咳嗽: 'Cough' });
  assert.deepEqual(complaints()[0], ['咳嗽', 'Cough']);
  setDictionary({});
  assert.deepEqual(complaints()[0], ['咳嗽', '咳嗽']);
});
