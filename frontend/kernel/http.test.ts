import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csrfToken, Problem, problemOf } from './http.ts';

test('the token is found under both names of the cookie', () => {
  assert.equal(csrfToken('lang=zh; mdt_csrf=ab%2Fc'), 'ab/c');
  assert.equal(csrfToken('__Host-mdt_csrf=xyz; lang=zh'), 'xyz');
  assert.equal(csrfToken('other_mdt_csrf=no'), '');
});

test('a problem document keeps its code, fields and facts', async () => {
  const body = { code: 'case.not_ready', detail: '资料不全', missing: ['consent'], fields: { title: ['必填'] } };
  const answer = Response.json(body, { status: 409, headers: { 'Content-Type': 'application/problem+json' } });
  const problem = await problemOf(answer);
  assert.ok(problem instanceof Problem);
  assert.equal(problem.code, 'case.not_ready');
  assert.equal(problem.message, '资料不全');
  assert.deepEqual(problem.fields.title, ['必填']);
  assert.deepEqual(problem.facts.missing, ['consent']);
});

test('an answer that is no JSON still gives a sentence', async () => {
  const problem = await problemOf(new Response('<h1>Bad gateway</h1>', { status: 502 }));
  assert.equal(problem.code, 'http_502');
  assert.match(problem.detail, /502/);
});
