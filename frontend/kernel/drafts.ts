/** `data-autosave="<key>"` on a form: what was typed survives a reload, a crash of the tab's page or a lost line.
 *  It stays in this tab's sessionStorage (county computers are shared), so closing the tab forgets it.
 *  After each quiet second the form sends the bubbling event `draft` (detail: FormData) for slices
 *  that also keep drafts on the server. `[data-autosave-note]` shows that something was restored. */

const QUIET_MS = 1000;
const PREFIX = 'draft:';

interface Kept {
  readonly values: Record<string, string[]>;
  readonly sent: boolean;
}

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function fieldsOf(form: HTMLFormElement): Field[] {
  return Array.from(form.elements).filter(
    (node): node is Field =>
      (node instanceof HTMLInputElement && !['hidden', 'password', 'file', 'submit', 'button'].includes(node.type)) ||
      node instanceof HTMLTextAreaElement ||
      node instanceof HTMLSelectElement,
  );
}

function isTick(field: Field): field is HTMLInputElement {
  return field instanceof HTMLInputElement && (field.type === 'checkbox' || field.type === 'radio');
}

function valuesOf(form: HTMLFormElement): Record<string, string[]> {
  const values: Record<string, string[]> = {};
  for (const field of fieldsOf(form)) {
    if (!field.name) continue;
    values[field.name] ??= [];
    if (!isTick(field) || field.checked) values[field.name]?.push(field.value);
  }
  return values;
}

function storageKey(form: HTMLFormElement): string {
  return PREFIX + (form.dataset.autosave ?? '');
}

function keep(form: HTMLFormElement, sent: boolean): void {
  const kept: Kept = { values: valuesOf(form), sent };
  try {
    sessionStorage.setItem(storageKey(form), JSON.stringify(kept));
  } catch {
    // Storage refused (private window, full): the form still works, only without this safety.
  }
}

function read(key: string): Kept | null {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? 'null') as Kept | null;
  } catch {
    return null;
  }
}

function fill(form: HTMLFormElement, values: Record<string, string[]>): boolean {
  const taken: Record<string, number> = {};
  let changed = false;
  for (const field of fieldsOf(form)) {
    const list = values[field.name];
    if (!list) continue;
    if (isTick(field)) {
      const on = list.includes(field.value);
      changed ||= on !== field.checked;
      field.checked = on;
      continue;
    }
    const place = taken[field.name] ?? 0;
    taken[field.name] = place + 1;
    const value = list[place];
    if (value === undefined || value === field.value) continue;
    field.value = value;
    changed = true;
  }
  return changed;
}

function restore(form: HTMLFormElement): void {
  const kept = read(storageKey(form));
  if (!kept || !fill(form, kept.values)) return;
  for (const note of form.querySelectorAll<HTMLElement>('[data-autosave-note]')) note.hidden = false;
  form.dispatchEvent(new Event('input', { bubbles: true }));
}

/** Forget drafts that were sent and are not in front of us again, and those the server has just thanked for. */
function forgetSent(forms: readonly HTMLFormElement[]): void {
  const here = new Set(forms.map(storageKey));
  const thanked = document.querySelector('#toasts .toast[data-tone="ok"]') !== null;
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(PREFIX) && read(key)?.sent && (thanked || !here.has(key))) sessionStorage.removeItem(key);
  }
}

function watch(form: HTMLFormElement): void {
  let timer = 0;
  restore(form);
  form.addEventListener('input', () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      keep(form, false);
      form.dispatchEvent(new CustomEvent('draft', { bubbles: true, detail: new FormData(form) }));
    }, QUIET_MS);
  });
  form.addEventListener('submit', () => {
    window.clearTimeout(timer);
    keep(form, true);
  });
}

export function watchDrafts(): void {
  const forms = Array.from(document.querySelectorAll<HTMLFormElement>('form[data-autosave]'));
  forgetSent(forms);
  forms.forEach(watch);
}
