/** Opinion and document pages: everything works without this; it only copies the plain text with one press. */
import './consensus.css';

import { t } from '../kernel/i18n.ts';
import { toast } from '../kernel/toast.ts';

async function copy(button: HTMLElement): Promise<void> {
  const source = document.getElementById(button.dataset.copy ?? '');
  if (!(source instanceof HTMLTextAreaElement)) return;
  try {
    await navigator.clipboard.writeText(source.value);
    toast(t('已复制，可粘贴到病历。'), 'ok');
  } catch {
    // No clipboard without HTTPS (intranets): show the text selected instead.
    source.closest('details')?.setAttribute('open', '');
    source.focus();
    source.select();
    toast(t('请按 Ctrl+C 复制选中的文字。'));
  }
}

for (const button of document.querySelectorAll<HTMLElement>('[data-copy]')) {
  button.hidden = false;
  button.addEventListener('click', () => void copy(button));
}
