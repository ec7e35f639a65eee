/** The meeting of a room: its agenda as the API says, and the calls of who leads it. */
import { api } from '../kernel/http.ts';
import { uuid } from '../kernel/ids.ts';

export interface Card {
  id: string;
  name: string;
}

export interface AgendaItem {
  id: string;
  /** Null for who may not know of the case. */
  case_id: string | null;
  /** Null for who may not see its images. */
  room_id: string | null;
  minutes: number;
  position: number;
  state: 'planned' | 'running' | 'finished';
  outcome: string | null;
  missing: string[];
  score: number | null;
  presenter: Card | null;
  started_at: string | null;
  finished_at: string | null;
  case: { number: string; title: string; question: string; hospital: Card } | null;
  allowed: string[];
}

export interface Meeting {
  id: string;
  title: string;
  state: 'planned' | 'live' | 'ended' | 'cancelled';
  room_id: string | null;
  starts_at: string;
  chair: Card | null;
  stand_in: Card | null;
  call_link: string;
  call_provider: string;
  agenda: AgendaItem[];
  invitations: { person: Card; state: string }[];
  allowed: string[];
}

const COMING = ['invited', 'accepted', 'tentative'];

/** Who is expected at a meeting that has not ended and isn't among those who are there. */
export function awaited(meeting: Meeting | null, present: readonly { id: string }[]): Card[] {
  if (!meeting || !['planned', 'live'].includes(meeting.state)) return [];
  const asked = meeting.invitations.filter((one) => COMING.includes(one.state)).map((one) => one.person);
  const expected = meeting.chair ? [meeting.chair, ...asked.filter((one) => one.id !== meeting.chair?.id)] : asked;
  return expected.filter((one) => present.every((other) => other.id !== one.id));
}

export const readMeeting = (id: string) => api<Meeting>(`/api/v1/meetings/${encodeURIComponent(id)}`);

const post = (url: string, body: unknown) => api(url, { method: 'POST', body, headers: { 'Idempotency-Key': uuid() } });

const itemOf = (meeting: string, item: string) =>
  `/api/v1/meetings/${encodeURIComponent(meeting)}/agenda/${encodeURIComponent(item)}`;

export const startMeeting = (meeting: string) => post(`/api/v1/meetings/${encodeURIComponent(meeting)}/start`, {});

export const endMeeting = (meeting: string) => post(`/api/v1/meetings/${encodeURIComponent(meeting)}/end`, {});

/** Deputy or coordinator lead in place of a chair who is lost; the chair takes it back. */
export const standIn = (meeting: string) => post(`/api/v1/meetings/${encodeURIComponent(meeting)}/stand-in`, {});

export const startItem = (meeting: string, item: string) => post(`${itemOf(meeting, item)}/start`, {});

export const finishItem = (meeting: string, item: string, outcome: string, reason: string) =>
  post(`${itemOf(meeting, item)}/finish`, { outcome, ...(reason ? { reason } : {}) });

export const giveMinutes = (meeting: string, item: string, minutes: number) =>
  api(itemOf(meeting, item), { method: 'PATCH', body: { minutes } });

/** The item after the running one, in the order of the agenda. */
export function nextItem(agenda: readonly AgendaItem[]): AgendaItem | null {
  const open = agenda.filter((item) => item.state === 'planned').sort((a, b) => a.position - b.position);
  return open[0] ?? null;
}

/** `mm:ss` of a duration; longer than an hour in minutes all the same, as a discussion is measured. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${String(Math.floor(whole / 60)).padStart(2, '0')}:${String(whole % 60).padStart(2, '0')}`;
}
