/** The studies that a case has already: marked as prior, or taken off it. */

import { ask } from '../kernel/confirm.ts';
import { fetchOk, Problem } from '../kernel/http.ts';
import { t } from '../kernel/i18n.ts';

async function carryOut(button: HTMLElement, caseId: string): Promise<boolean> {
  const address = `/api/v1/cases/${caseId}/studies/${button.dataset.study}`;
  if (button.dataset.prior) {
    await fetchOk(`${address}?prior=${button.dataset.prior}`, { method: 'POST' });
    return true;
  }
  const sentence = t('这项检查不再属于本病例；影像仍保存在本院，可以再次上传或关联。');
  if (!(await ask({ sentence, title: t('从病例中移走？'), label: t('移走'), tone: 'bad' }))) return false;
  await fetchOk(address, { method: 'DELETE' });
  return true;
}

/** What the upload panel shows with its own buttons is not listed a second time. */
export function hideTwins(): void {
  const list = document.getElementById('stored-images');
  if (!list) return;
  const rows = [...list.querySelectorAll<HTMLElement>('li[data-study]')];
  for (const row of rows) row.hidden = document.querySelector(`.up-study[data-study="${row.dataset.study}"]`) !== null;
  list.hidden = rows.every((row) => row.hidden);
}

/** Listens on the document: the list itself is replaced whenever the case changed. */
export function watchStored(caseId: string, renew: () => Promise<void>, refuse: (words: string) => void): void {
  document.addEventListener('uploads-drawn', hideTwins);
  document.addEventListener('click', (event) => {
    const button = (event.target as Element).closest<HTMLElement>('#stored-images button[data-study]');
    if (!button) return;
    carryOut(button, caseId)
      .then((done) => (done ? renew() : undefined))
      .catch((error: unknown) => refuse(error instanceof Problem ? error.detail : t('没有完成，请再试一次。')));
  });
}
