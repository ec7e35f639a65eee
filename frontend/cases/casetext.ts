/** The text of a case as the form holds it and as the API takes it: flat names such as `patient.name`. */

export interface Asked {
  readonly id: string;
  readonly text: string;
}

export type Value = string | boolean | readonly Asked[];
export type Text = Readonly<Record<string, Value>>;

const SINGLE = [
  'title',
  'summary',
  'diagnosis',
  'urgency',
  'patient.name',
  'patient.sex',
  'patient.birth_date',
  'patient.age',
  'patient.local_id',
  'consent.by',
  'consent.at',
] as const;

/** What stands in the form now; a date or age that is half typed counts as empty. */
export function textOf(form: HTMLFormElement): Text {
  const fields = new FormData(form);
  const text: Record<string, Value> = {};
  for (const name of SINGLE) text[name] = String(fields.get(name) ?? '').trim();
  text['consent.given'] = fields.get('consent.given') === '1';
  const ids = fields.getAll('question_id').map(String);
  text.questions = fields
    .getAll('question')
    .map((question, index) => ({ id: ids[index] ?? '', text: String(question).trim() }))
    .filter((question) => question.text !== '');
  return text;
}

/** Two values say the same; of questions only the words count. */
export function same(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((each, n) => wordsOf(each) === wordsOf(other[n]));
  }
  return (one ?? '') === (other ?? '');
}

function wordsOf(question: unknown): string {
  return typeof question === 'string' ? question : ((question as Asked | undefined)?.text ?? '');
}

/** The names in which two texts differ. */
export function changedNames(before: Text, after: Text): string[] {
  return Object.keys(after).filter((name) => !same(before[name], after[name]));
}

/** A merge patch of the named fields: what is empty becomes null. */
export function patchOf(text: Text, names: readonly string[]): Record<string, unknown> {
  const patch: Record<string, unknown> = {};
  for (const name of names) {
    const value = sent(name, text[name]);
    const [outer, inner] = name.split('.') as [string, string | undefined];
    if (inner === undefined) patch[outer] = value;
    else patch[outer] = { ...(patch[outer] as Record<string, unknown> | undefined), [inner]: value };
  }
  return patch;
}

function sent(name: string, value: Value | undefined): unknown {
  if (Array.isArray(value)) {
    return value.map((question: Asked) =>
      question.id ? { id: question.id, text: question.text } : { text: question.text },
    );
  }
  if (value === '') return null;
  return name === 'patient.age' ? Number(value) : value;
}

/** Words for a person: what a value says. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return value.map(wordsOf).join('\n');
  if (typeof value === 'boolean') return value ? '✓' : '—';
  return value === null || value === undefined || value === '' ? '—' : String(value);
}

/** Puts a value into the form's field. */
export function fill(form: HTMLFormElement, name: string, value: unknown): void {
  if (name === 'questions') {
    fillQuestions(form, value as readonly Asked[]);
    return;
  }
  const field = form.elements.namedItem(name);
  if (field instanceof RadioNodeList) field.value = String(value ?? '');
  else if (field instanceof HTMLInputElement && field.type === 'checkbox') field.checked = value === true;
  else if (
    field instanceof HTMLInputElement ||
    field instanceof HTMLTextAreaElement ||
    field instanceof HTMLSelectElement
  )
    field.value = String(value ?? '');
}

function fillQuestions(form: HTMLFormElement, asked: readonly Asked[]): void {
  const list = form.querySelector<HTMLElement>('[data-repeat]');
  const add = form.querySelector<HTMLElement>('[data-add-row]');
  if (!list) return;
  while (list.querySelectorAll('.repeat-row').length < asked.length) add?.click();
  list.querySelectorAll<HTMLElement>('.repeat-row').forEach((row, index) => {
    const question = asked[index];
    if (!question && index > 0) row.remove();
    const id = row.querySelector<HTMLInputElement>('input[name=question_id]');
    const text = row.querySelector<HTMLTextAreaElement>('textarea');
    if (id) id.value = question?.id ?? '';
    if (text) text.value = question?.text ?? '';
  });
}

/** The ids the server gave to questions that are in the form without one. */
export function adoptIds(form: HTMLFormElement, asked: readonly Asked[]): void {
  form.querySelectorAll<HTMLElement>('[data-repeat] .repeat-row').forEach((row) => {
    const id = row.querySelector<HTMLInputElement>('input[name=question_id]');
    const words = row.querySelector<HTMLTextAreaElement>('textarea')?.value.trim() ?? '';
    const found = asked.find((each) => each.text === words);
    if (id && id.value === '' && found) id.value = found.id;
  });
}
