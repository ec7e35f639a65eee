/** Pages of meetings: copying the invitation text, finding people in the directory, choosing among answers. */

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

watchCopy();
watchFilter();
watchReply();
