/** Papers of a case: sent one by one with their own answers, and the code that lets a phone send them. */

import { fetchOk, Problem } from '../kernel/http.ts';
import { t } from '../kernel/i18n.ts';
import { toast } from '../kernel/toast.ts';

const LOOK_MS = 4000;
const LOOKS = 450;

type Renew = () => Promise<void>;

async function send(form: HTMLFormElement, caseId: string, refuse: (words: string) => void): Promise<void> {
  const files = form.querySelector<HTMLInputElement>('input[type=file]');
  const kind = form.querySelector<HTMLSelectElement>('select[name=kind]');
  for (const file of Array.from(files?.files ?? [])) {
    const body = new FormData();
    body.set('kind', kind?.value ?? 'report');
    body.set('file', file);
    try {
      await fetchOk(`/api/v1/cases/${caseId}/materials`, { method: 'POST', body, timeout: 120_000 });
      toast(t('已上传 {name}', { name: file.name }), 'ok');
    } catch (error) {
      refuse(`${file.name}${t('：')}${error instanceof Problem ? error.detail : t('没有上传成功，请再试一次。')}`);
    }
  }
  if (files) files.value = '';
}

async function showCode(form: HTMLFormElement, place: HTMLElement): Promise<void> {
  const answer = await fetchOk(form.action, {
    method: 'POST',
    body: new FormData(form),
    headers: { Accept: 'text/html' },
  });
  const panel = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('phone-panel');
  if (!panel) return;
  place.replaceChildren(panel);
  place.hidden = false;
}

export function watchPapers(caseId: string, renew: Renew, refuse: (words: string) => void): void {
  const sending = document.getElementById('material-form');
  const phone = document.getElementById('phone-link-form');
  const place = document.getElementById('phone-place');
  if (sending instanceof HTMLFormElement) {
    sending.addEventListener('submit', (event) => {
      event.preventDefault();
      void send(sending, caseId, refuse).then(renew);
    });
    sending.querySelector('input[type=file]')?.addEventListener('change', () => {
      void send(sending, caseId, refuse).then(renew);
    });
  }
  if (phone instanceof HTMLFormElement && place) {
    let looking = 0;
    phone.addEventListener('submit', (event) => {
      event.preventDefault();
      window.clearInterval(looking);
      showCode(phone, place).catch((error: unknown) => {
        refuse(error instanceof Problem ? error.detail : t('没有完成，请再试一次。'));
      });
      // While the code is good, look for what the phone has sent.
      let left = LOOKS;
      looking = window.setInterval(() => {
        left -= 1;
        if (left <= 0) window.clearInterval(looking);
        else if (document.visibilityState === 'visible') void renew();
      }, LOOK_MS);
    });
  }
}
