/** Writing a case: each pause in typing saves the changed fields (PATCH with If-Match), so that closing the browser
 *  loses nothing; the readiness list follows; what image headers say of the patient fills empty fields, tinted. */

import './case.css';
import { letAsk } from '../kernel/confirm.ts';
import { api, csrfToken, fetchOk, Problem } from '../kernel/http.ts';
import { t } from '../kernel/i18n.ts';
import { toast } from '../kernel/toast.ts';
import { type Asked, adoptIds, changedNames, fill, patchOf, same, type Text, textOf, type Value } from './casetext.ts';
import { choose, clashes } from './conflict.ts';
import { watchPapers } from './papers.ts';
import { watchRows } from './rows.ts';
import { hideTwins, watchStored } from './stored.ts';
import { Unsaved } from './unsaved.ts';

interface CaseAnswer {
  readonly version: number;
  readonly questions: readonly (Asked & { round: number })[];
  readonly round: number;
  readonly studies: readonly { readonly patient?: Readonly<Record<string, string | null>> | null }[];
}

const QUIET_MS = 700;
/** Somebody who types without a pause is saved as often as this. */
const LONGEST_MS = 3000;
const RETRY_MS = 8000;

const form = document.getElementById('case-form') as HTMLFormElement;
const note = document.getElementById('saved-note');
const address = `/api/v1/cases/${form.dataset.case}`;

let base: Text = textOf(form);
const unsaved = new Unsaved(form);
let timer = 0;
let dirtySince = 0;
let running: Promise<boolean> = Promise.resolve(true);
let isLeaving = false;
let isPending = false;

function versionField(): HTMLInputElement {
  return form.elements.namedItem('version') as HTMLInputElement;
}

function say(words: string, isBad = false): void {
  if (!note) return;
  note.textContent = words;
  note.classList.toggle('bad', isBad);
}

function saySaved(): void {
  isPending = false;
  const clock = new Date().toLocaleTimeString(document.documentElement.lang, { hour12: false });
  say(t('已自动保存 {time}', { time: clock }));
}

/** Saves what differs from what the server has; true when nothing is left unsaved. */
async function save(): Promise<boolean> {
  const text = textOf(form);
  const names = changedNames(base, text);
  if (names.length === 0) {
    if (isPending) saySaved();
    return true;
  }
  isPending = true;
  say(t('正在保存…'));
  try {
    const answer = await api<CaseAnswer>(address, {
      method: 'PATCH',
      body: patchOf(text, names),
      headers: { 'If-Match': `"${versionField().value}"` },
    });
    adopt(answer, text);
    return true;
  } catch (error) {
    return error instanceof Problem ? refused(error, text, names) : false;
  }
}

function adopt(answer: CaseAnswer, text: Text): void {
  base = text;
  versionField().value = String(answer.version);
  adoptIds(
    form,
    answer.questions.filter((question) => question.round === answer.round),
  );
  unmark();
  noteUnsaved();
  saySaved();
  void renew();
}

function noteUnsaved(): void {
  unsaved.note({ version: versionField().value, base, text: textOf(form) });
}

/** What an earlier window could not send any more is put back and sent; if somebody wrote in between, both are shown. */
function bringBack(): void {
  const found = unsaved.found(versionField().value, base);
  if (found === null) return;
  const known: Record<string, Value> = { ...base };
  for (const name of found.names) {
    known[name] = found.kept.base[name] as Value;
    fill(form, name, found.kept.text[name]);
  }
  base = known;
  versionField().value = found.kept.version;
  toast(t('已找回上次没来得及保存的文字'), 'ok');
  void queue();
}

/** The sentence under its field, as the server would print it. */
function mark(name: string, sentence: string): void {
  const field = form.querySelector(`[name="${name}"]`)?.closest('.field');
  field?.classList.add('is-wrong');
  field?.append(Object.assign(document.createElement('p'), { className: 'error', textContent: sentence }));
}

function unmark(): void {
  for (const said of form.querySelectorAll('.field.is-wrong .error')) said.remove();
  for (const field of form.querySelectorAll('.field.is-wrong')) field.classList.remove('is-wrong');
}

async function refused(problem: Problem, text: Text, names: readonly string[]): Promise<boolean> {
  if (problem.status === 412) return merge(problem, text, names);
  if (problem.status === 422) {
    unmark();
    for (const [name, sentences] of Object.entries(problem.fields)) mark(name, sentences.join(' '));
    say(t('有一项填写有误，尚未保存'), true);
    return false;
  }
  say(t('尚未保存：{why}', { why: problem.detail }), true);
  if (problem.status === 0 || problem.status >= 500) timer = window.setTimeout(() => void queue(), RETRY_MS);
  return false;
}

/** Somebody saved in between: fields that only they changed are taken over, of those both changed the person chooses. */
async function merge(problem: Problem, text: Text, names: readonly string[]): Promise<boolean> {
  const current = (problem.facts.current ?? {}) as Record<string, Value>;
  const both = clashes(base, names, current);
  const known: Record<string, Value> = { ...base };
  for (const name of names) if (name in current) known[name] = current[name] as Value;
  for (const choice of both.length > 0 ? await choose(form, both, text, current) : []) {
    if (!choice.keepMine) fill(form, choice.name, current[choice.name]);
  }
  base = known;
  versionField().value = String(problem.facts.version);
  return save();
}

function queue(): Promise<boolean> {
  window.clearTimeout(timer);
  dirtySince = 0;
  running = running.then(save, save);
  return running;
}

/** The page's other parts, as the server would print them now. */
async function renew(): Promise<void> {
  try {
    const html = await (await fetchOk(window.location.pathname, { headers: { Accept: 'text/html' } })).text();
    const fresh = new DOMParser().parseFromString(html, 'text/html');
    letAsk(fresh);
    for (const id of ['readiness', 'material-list', 'stored-images']) {
      const here = document.getElementById(id);
      const there = fresh.getElementById(id);
      const isOpen = here?.querySelector('details[open]') !== null;
      if (here && there && !isOpen && here.innerHTML !== there.innerHTML) here.replaceWith(there);
    }
    hideTwins();
  } catch {
    // The line is down: saving says so.
  }
}

/** What the image headers say of the patient, into fields that are still empty; a person must check it. Nothing is
 *  taken from files that bear another name than the one written here. */
async function offer(): Promise<void> {
  const answer = await api<CaseAnswer>(address).catch(() => null);
  const written = textOf(form)['patient.name'];
  const patient = answer?.studies
    .map((study) => study.patient)
    .find((found) => found?.name && (written === '' || same(written, found.name)));
  if (!patient) return;
  const offers: Record<string, string | null | undefined> = {
    'patient.name': patient.name,
    'patient.sex': patient.sex,
    'patient.birth_date': patient.birth_date,
    'patient.local_id': patient.patient_id,
  };
  let filled = 0;
  for (const [name, value] of Object.entries(offers)) {
    const field = form.elements.namedItem(name);
    if (!value || !(field instanceof HTMLInputElement || field instanceof HTMLSelectElement)) continue;
    if (field.value === '') {
      field.value = value;
      filled += field.value === '' ? 0 : 1;
    }
    if (same(field.value, value)) field.classList.add('from-file');
  }
  const hint = document.getElementById('from-file-note');
  if (hint) hint.hidden = form.querySelector('.from-file') === null;
  if (filled > 0) await queue();
}

/** Leaving with something unsaved: one last request that outlives the page. */
function lastSave(): void {
  const text = textOf(form);
  const names = changedNames(base, text);
  if (names.length === 0 || isLeaving) return;
  void fetch(address, {
    method: 'PATCH',
    keepalive: true,
    headers: {
      'Content-Type': 'application/json',
      'X-CSRF-Token': csrfToken(),
      'If-Match': `"${versionField().value}"`,
    },
    body: JSON.stringify(patchOf(text, names)),
  }).catch(() => undefined);
}

function watchForm(): void {
  form.addEventListener('input', (event) => {
    (event.target as Element).classList.remove('from-file');
    noteUnsaved();
    dirtySince ||= Date.now();
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void queue(), Math.min(QUIET_MS, dirtySince + LONGEST_MS - Date.now()));
  });
  form.addEventListener('change', () => void queue());
  form.addEventListener(
    'submit',
    (event) => {
      if (isLeaving) return;
      // The form carries the whole text and its version: wait until what is on its way has arrived.
      event.preventDefault();
      event.stopImmediatePropagation();
      const button = event.submitter;
      void queue().then(() => {
        isLeaving = true;
        // A turn later: a form that is still announcing its submission drops another one in silence.
        window.setTimeout(() => form.requestSubmit(button));
      });
    },
    { capture: true },
  );
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') lastSave();
  });
  window.addEventListener('online', () => void queue());
  // The upload island tells when images were indexed and linked.
  document.addEventListener('images-indexed', () => {
    void renew();
    void offer();
  });
}

watchRows();
bringBack();
watchForm();
watchPapers(form.dataset.case ?? '', renew, (words) => toast(words, 'bad'));
watchStored(form.dataset.case ?? '', renew, (words) => toast(words, 'bad'));
void offer();
