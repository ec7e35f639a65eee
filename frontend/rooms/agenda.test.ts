import assert from 'node:assert/strict';
import { test } from 'node:test';
import { awaited, type Meeting } from './agenda.ts';

const card = (id: string) => ({ id, name: id.toUpperCase() });

function meeting(change: Partial<Meeting> = {}): Meeting {
  const asked = ['invited', 'accepted', 'tentative', 'declined', 'substituted'];
  return {
    id: 'm',
    title: '',
    state: 'live',
    room_id: null,
    starts_at: '',
    chair: card('chair'),
    stand_in: null,
    call_link: '',
    call_provider: '',
    agenda: [],
    invitations: asked.map((state) => ({ person: card(state), state })),
    allowed: [],
    ...change,
  };
}

const names = (made: Meeting | null, ...present: string[]) => awaited(made, present.map(card)).map((one) => one.id);

test('who is asked and has not declined is awaited, the chair first', () => {
  assert.deepEqual(names(meeting()), ['chair', 'invited', 'accepted', 'tentative']);
  assert.deepEqual(names(meeting(), 'chair', 'accepted', 'stranger'), ['invited', 'tentative']);
});

test('a chair who is also invited counts once; nobody is awaited after the end', () => {
  const twice = meeting({ invitations: [{ person: card('chair'), state: 'accepted' }] });
  assert.deepEqual(names(twice), ['chair']);
  assert.deepEqual(names(meeting({ state: 'ended' })), []);
  assert.deepEqual(names(null), []);
});
