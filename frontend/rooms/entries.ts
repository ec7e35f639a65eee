/** Entries for the tests of this folder. */
import type { By, Entry } from './protocol.ts';

export const CHAIR: By = { id: '11111111-0000-7000-8000-000000000001', name: '周明远' };
export const EXPERT: By = { id: '22222222-0000-7000-8000-000000000009', name: '林静' };

/** A log: `[type, body, by]` in a row, numbered from `first`. */
export function logOf(rows: readonly (readonly [string, Record<string, unknown>, By?])[], first = 1): Entry[] {
  return rows.map(([type, body, by = CHAIR], at) => ({
    room: 'r',
    seq: first + at,
    id: `e${first + at}`,
    client_id: `c${first + at}`,
    type,
    body,
    by,
    at: `2026-11-23T07:${String(at).padStart(2, '0')}:00Z`,
    item: null,
  }));
}
