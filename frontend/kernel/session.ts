/** Before the session ends by idleness: a warning, then signing in again in place. Nothing typed is lost.
 *  GET /api/v1/session → {"expires_in_s": n, "person_id"} (asking does not prolong it);
 *  POST /api/v1/session {"username","password"} signs in and sets a new `mdt_csrf` cookie.
 *  Where somebody else has signed in meanwhile (another tab), the page is loaded anew: it is theirs now. */

import { api, csrfToken, Problem } from './http.ts';
import { owner } from './owner.ts';

const WARN_S = 120;
const ASK_AGAIN_MS = 60_000;
const ADDRESS = '/api/v1/session';

/** Hidden fields of the page's forms carry the old session's token; each gets the new one. */
function renewForms(old: string): void {
  const token = csrfToken();
  if (!token || !old) return;
  for (const field of document.querySelectorAll<HTMLInputElement>('input[type=hidden]')) {
    if (field.value === old) field.value = token;
  }
}

/** Seconds left; 0 when already signed out, null when the line or the server is down. */
async function secondsLeft(): Promise<number | null> {
  try {
    const { expires_in_s, person_id } = await api<{ expires_in_s: number; person_id: string }>(ADDRESS);
    if (person_id !== owner()) window.location.reload();
    return expires_in_s;
  } catch (problem) {
    return problem instanceof Problem && problem.status === 401 ? 0 : null;
  }
}

/** null when signed in, else the sentence to show. */
async function signIn(form: HTMLFormElement): Promise<string | null> {
  const entered = new FormData(form);
  const body = { username: entered.get('username'), password: entered.get('password') };
  try {
    await api(ADDRESS, { method: 'POST', body });
    return null;
  } catch (problem) {
    return problem instanceof Problem ? problem.detail : String(problem);
  }
}

function bindDialog(dialog: HTMLDialogElement, then: () => void): void {
  let token = csrfToken();
  const form = dialog.querySelector('form');
  const error = dialog.querySelector<HTMLElement>('[data-part=error]');
  dialog.querySelector('[data-close-dialog]')?.addEventListener('click', () => dialog.close());
  form?.addEventListener('submit', (event) => {
    event.preventDefault();
    void signIn(form).then((refusal) => {
      if (error) {
        error.hidden = refusal === null;
        error.textContent = refusal;
      }
      if (refusal !== null) return;
      form.reset();
      renewForms(token);
      token = csrfToken();
      dialog.close();
      then();
    });
  });
}

const LOOK = 'session-look';
const SIGNED_IN = 'session-signed-in';

/** Asks now how the session stands: something refused this page. */
export function lookAtSession(): void {
  document.dispatchEvent(new Event(LOOK));
}

/** Calls back after signing in again in place. */
export function onSignedIn(then: () => void): void {
  document.addEventListener(SIGNED_IN, then);
}

/** Ask once a minute, when the tab is looked at again and when a part of the page wants to know. */
export function watchSession(): void {
  const dialog = document.getElementById('session-dialog');
  if (!(dialog instanceof HTMLDialogElement)) return;
  let timer = 0;
  const look = async (): Promise<void> => {
    window.clearTimeout(timer);
    const left = await secondsLeft();
    if (left !== null && left <= WARN_S) {
      dialog.dataset.expired = left === 0 ? 'yes' : 'no';
      if (!dialog.open) {
        dialog.showModal();
        dialog.querySelector<HTMLElement>('[name=password]')?.focus();
      }
    }
    const wait = left !== null && left > WARN_S ? Math.min(ASK_AGAIN_MS, (left - WARN_S) * 1000) : ASK_AGAIN_MS;
    timer = window.setTimeout(() => void look(), Math.max(wait, 1000));
  };
  bindDialog(dialog, () => {
    document.dispatchEvent(new Event(SIGNED_IN));
    void look();
  });
  // Once signed out there is no "later": what the page shows is covered until somebody signs in.
  dialog.addEventListener('cancel', (event) => dialog.dataset.expired === 'yes' && event.preventDefault());
  document.addEventListener(LOOK, () => void look());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void look();
  });
  void look();
}
