/** The case behind a room, as far as the room shows it. */
import { api } from '../kernel/http.ts';
import type { Study } from './studies.ts';

export interface ReadinessItem {
  key: string;
  ok: boolean;
  level: 'must' | 'should' | 'nice';
  verdict: string;
  detail: string;
}

export interface Paper {
  id: string;
  kind: string;
  name: string;
  media_type: string;
  url: string;
}

export interface CaseFile {
  id: string;
  number: string;
  title: string;
  state: string;
  urgency: string;
  patient: { name?: string; sex?: string; age?: number | null; birth_date?: string | null; local_id?: string } | null;
  hospital: { id: string; name: string } | null;
  requester: { id: string; name: string } | null;
  summary: string;
  diagnosis: string;
  questions: { id: string; text: string; round: number }[];
  /** Which round of questions is open. */
  round: number;
  studies: Study[];
  materials: Paper[];
  readiness: { score: number; items: ReadinessItem[] } | null;
  consensus: { id: string; state: string; edition: number }[];
  documents: { id: string; kind: string; number: string; edition: number; pdf: string }[];
  allowed: string[];
}

export const readCase = (id: string) => api<CaseFile>(`/api/v1/cases/${encodeURIComponent(id)}`);

/** `演示甲 男 56 岁` */
export function patientLine(file: CaseFile, words: { male: string; female: string; years: string }): string {
  const { patient } = file;
  if (!patient) return '';
  const sex = patient.sex === 'M' ? words.male : patient.sex === 'F' ? words.female : '';
  const age = typeof patient.age === 'number' ? `${patient.age} ${words.years}` : '';
  return [patient.name ?? '', sex, age].filter(Boolean).join(' ');
}
