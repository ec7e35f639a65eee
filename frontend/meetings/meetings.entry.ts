/** Pages of meetings: copying the invitation text, dragging the agenda, finding people in the directory, choosing among answers. */

import './meetings.css';

import { t } from '../kernel/i18n.ts';
import { toast } from '../kernel/toast.ts';

/** `button[data-copy="<textarea id>"]` puts the text on the clipboard; without that right the text is selected. */
function watchCopy(): void {
  document.querySelectorAll<HTMLButtonElement>('button[data-copy]').forEach((button) => {
    button.addEventListener('click', () => void copy(button.dataset.copy ?? ''));
  });
}

async function copy(id: string): Promise<void> {
  const text = document.getElementById(id);
  if (!(text instanceof HTMLTextAreaElement)) return;
  try {
    await navigator.clipboard.writeText(text.value);
    toast(t('邀请文字已复制'), 'ok');
  } catch {
    const holder = text.closest('details');
    if (holder) holder.open = true;
    text.focus();
    text.select();
    toast(t('请按 Ctrl C 复制选中的文字'), 'info');
  }
}

/** `input[data-filter="<list id>"]` hides what does not contain the typed words; empty groups go too. */
function watchFilter(): void {
  document.querySelectorAll<HTMLInputElement>('input[data-filter]').forEach((input) => {
    const list = document.getElementById(input.dataset.filter ?? '');
    if (list) input.addEventListener('input', () => filter(list, input.value.trim().toLowerCase()));
  });
}

function filter(list: HTMLElement, words: string): void {
  list.querySelectorAll<HTMLElement>('[data-words]').forEach((row) => {
    row.hidden = words !== '' && !(row.dataset.words ?? '').toLowerCase().includes(words);
  });
  list.querySelectorAll<HTMLElement>('[data-group]').forEach((group) => {
    group.hidden = group.querySelector('[data-words]:not([hidden])') === null;
    if (group instanceof HTMLDetailsElement && words !== '') group.open = true;
  });
}

/** The reason of an answer is asked for only when it is a refusal. */
function watchReply(): void {
  const form = document.querySelector<HTMLFormElement>('form[data-reply]');
  const more = form?.querySelector<HTMLElement>('[data-decline]');
  if (!form || !more) return;
  const show = (): void => {
    more.hidden = new FormData(form).get('answer') !== 'decline';
  };
  form.addEventListener('change', show);
  show();
}

/** Planned rows of the agenda can be dragged to another place; the drop sends the row's own "move" form. */
function watchDrag(): void {
  const rows = Array.from(document.querySelectorAll<HTMLElement>('.agenda-row[draggable="true"]'));
  let dragged: HTMLElement | null = null;
  const clear = (): void => {
    for (const row of rows) row.classList.remove('is-dragged', 'is-target');
  };
  for (const row of rows) {
    row.addEventListener('dragstart', () => {
      dragged = row;
      row.classList.add('is-dragged');
    });
    row.addEventListener('dragend', clear);
    row.addEventListener('dragover', (event) => {
      if (!dragged || dragged === row) return;
      event.preventDefault();
      for (const each of rows) each.classList.toggle('is-target', each === row);
    });
    row.addEventListener('drop', (event) => {
      event.preventDefault();
      if (dragged && dragged !== row) move(dragged, row.dataset.position ?? '1');
    });
  }
}

function move(row: HTMLElement, position: string): void {
  const input = row.querySelector<HTMLInputElement>('input[name=position]');
  if (!input?.form) return;
  input.value = position;
  input.form.requestSubmit();
}

watchCopy();
watchDrag();
watchFilter();
watchReply();
