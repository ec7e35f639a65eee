/** The consensus of a case: what the API says, and the calls that change it. */
import type { KeyImage } from '../imaging/types.ts';
import { api } from '../kernel/http.ts';
import { uuid } from '../kernel/ids.ts';

export interface AnswerText {
  question_id: string;
  text: string;
  cannot_answer_because?: string | null;
}

export interface Recommendation {
  id?: string;
  text: string;
  owner: string;
  due: string | null;
  urgency: string;
}

/** What people write. */
export interface OpinionText {
  diagnosis: string;
  answers: AnswerText[];
  recommendations: Recommendation[];
  narrative: string;
  key_images: KeyImage[];
}

export interface Named {
  id: string;
  name: string;
}

export interface Signature {
  person: Named;
  stance: string;
  text: string;
  is_chair?: boolean;
  counts?: boolean;
  at: string;
}

export interface Opinion extends OpinionText {
  id: string;
  case_id: string;
  number?: string;
  state: 'draft' | 'proposed' | 'issued' | 'superseded' | 'abandoned';
  version: number;
  edition: number;
  questions: { id: string; text: string }[];
  fingerprint: string | null;
  deadline: string | null;
  signatures: Signature[];
  signers_missing: Named[];
  quorum?: number;
  amend_reason?: string;
  document_id?: string | null;
  edited_by?: Named;
  edited_at?: string;
  allowed: string[];
}

export interface TextChange {
  field: string;
  label: string;
  before: string;
  after: string;
}

export function textOf(opinion: OpinionText): OpinionText {
  const { diagnosis, answers, recommendations, narrative, key_images } = opinion;
  return { diagnosis, answers, recommendations, narrative, key_images };
}

/** What is sent: without rows that are still empty and without members that the wire does not take. */
export function sendable(text: OpinionText): OpinionText {
  return {
    ...text,
    answers: text.answers.map(({ question_id, text: words, cannot_answer_because: why }) => ({
      question_id,
      text: words,
      ...(why ? { cannot_answer_because: why } : {}),
    })),
    recommendations: text.recommendations
      .filter((one) => one.text.trim())
      .map(({ id, ...rest }) => ({ ...(id ? { id } : {}), ...rest })),
  };
}

/** The server gives each recommendation its id; one's own rows take theirs, in order, and empty rows stay. */
export function adopted(text: OpinionText, saved: OpinionText): OpinionText {
  const ids = saved.recommendations.map((one) => one.id);
  const recommendations = text.recommendations.map((one) => {
    const id = one.text.trim() ? ids.shift() : undefined;
    return id ? { ...one, id } : one;
  });
  return { ...text, recommendations };
}

const place = (id: string, action = '') => `/api/v1/consensus/${encodeURIComponent(id)}${action && `/${action}`}`;

export const readOpinion = (id: string) => api<Opinion>(place(id));

export const openDraft = (caseId: string) =>
  api<Opinion>(`/api/v1/cases/${encodeURIComponent(caseId)}/consensus`, { method: 'POST', body: {} });

export const saveOpinion = (id: string, text: OpinionText, version: number) =>
  api<Opinion>(place(id), { method: 'PUT', body: sendable(text), headers: { 'If-Match': `"${version}"` } });

/** `propose`, `sign`, `unsign`, `issue`, `amend`. */
export const act = (id: string, action: string, body: Record<string, unknown> = {}) =>
  api<Opinion>(place(id, action), { method: 'POST', body, headers: { 'Idempotency-Key': uuid() } });
