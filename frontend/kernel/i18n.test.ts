import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setDictionary, t } from './i18n.ts';

test('a text without a translation is shown in Chinese', () => {
  setDictionary({});
  assert.equal(t('层 {n} / {m}', { n: 3, m: 28 }), '层 3 / 28');
});

test('a translation is used and its places are filled', () => {
  setDictionary({ '层 {n} / {m}': 'Slice {n} of {m}' });
  assert.equal(t('层 {n} / {m}', { n: 3, m: 28 }), 'Slice 3 of 28');
});

test('an unknown place stays visible', () => {
  setDictionary({});
  assert.equal(t('{who} 正在带看'), '{who} 正在带看');
});

test('English counts', () => {
  setDictionary({ '{n} 幅': '{n} [image|images]' });
  assert.equal(t('{n} 幅', { n: 1 }), '1 image');
  assert.equal(t('{n} 幅', { n: 28 }), '28 images');
});
