import assert from 'node:assert/strict';
import { test } from 'node:test';
import { merge, yielded } from './merge.ts';
import { adopted, type OpinionText, sendable } from './opinion.ts';

function text(change: Partial<OpinionText> = {}): OpinionText {
  return {
    diagnosis: '结节',
    narrative: '',
    answers: [{ question_id: 'q', text: '随访', cannot_answer_because: null }],
    recommendations: [],
    key_images: [],
    ...change,
  };
}

test('what only one of two changed goes together without a question', () => {
  const mine = text({ diagnosis: '腺癌' });
  const theirs = text({ narrative: '较前增大', answers: [{ question_id: 'q', text: '手术' }] });
  const { text: result, clashes } = merge(text(), mine, theirs);
  assert.deepEqual(clashes, []);
  assert.equal(result.diagnosis, '腺癌');
  assert.equal(result.narrative, '较前增大');
  assert.equal(result.answers[0]?.text, '手术');
});

test('what both changed is named; mine stands until a person yields', () => {
  const { text: result, clashes } = merge(text(), text({ diagnosis: '腺癌' }), text({ diagnosis: '结核' }));
  assert.deepEqual(clashes, [{ field: 'diagnosis', mine: '腺癌', theirs: '结核' }]);
  assert.equal(result.diagnosis, '腺癌');
  assert.equal(yielded(result, text({ diagnosis: '结核' }), 'diagnosis').diagnosis, '结核');
});

test('the same change by both is none', () => {
  assert.deepEqual(merge(text(), text({ diagnosis: '腺癌' }), text({ diagnosis: '腺癌' })).clashes, []);
});

test('empty rows are not sent and stay where they are when the others get their ids', () => {
  const row = { text: '门诊', owner: 'requesting_team', due: null, urgency: 'routine' };
  const own = text({ recommendations: [row, { ...row, text: '' }] });
  assert.equal(sendable(own).recommendations.length, 1);
  const saved = text({ recommendations: [{ ...row, id: 'r1' }] });
  assert.deepEqual(
    adopted(own, saved).recommendations.map((one) => [one.id, one.text]),
    [
      ['r1', '门诊'],
      [undefined, ''],
    ],
  );
});
