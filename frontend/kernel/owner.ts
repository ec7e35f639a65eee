/** Whose browser this is: what one person wrote here is not shown to the next one at a shared computer. */
import { ask } from './confirm.ts';
import { t } from './i18n.ts';

const KEY = 'person';
const WAIT_MS = 1500;

const unsent = () => import('./unsent.ts');

/** The person this page was made for; empty on pages for nobody. */
export function owner(): string {
  return document.body.dataset.person ?? '';
}

/** Text and names of files that were on their way (frontend/cases/unsaved.ts, frontend/imaging/upload/memory.ts). */
function forgetKept(): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith('mdt.')) localStorage.removeItem(key);
}

/** Drafts of the tab and what waits to be sent belong to whom the page names, or are forgotten. Without a sign-out
 *  (the session idled away) the same person finds everything again. */
export function forgetOthers(): void {
  const person = owner();
  if (!person) return;
  try {
    if (sessionStorage.getItem(KEY) !== person) sessionStorage.clear();
    sessionStorage.setItem(KEY, person);
    const before = localStorage.getItem(KEY);
    localStorage.setItem(KEY, person);
    if (!before || before === person) return;
    forgetKept();
    unsent()
      .then((store) => store.forgetUnsent(person))
      .catch(() => undefined);
  } catch {
    // Storage refused (private window): then nothing of anybody is kept there either.
  }
}

/** Signing out never waits long for the browser's database. */
function soon<T>(work: Promise<T>, otherwise: T): Promise<T> {
  const late = new Promise<T>((resolve) => setTimeout(() => resolve(otherwise), WAIT_MS));
  return Promise.race([work, late]).catch(() => otherwise);
}

async function mayForget(): Promise<boolean> {
  const count = await soon(
    unsent().then((store) => store.countUnsent()),
    0,
  );
  if (count === 0) return true;
  return ask({
    title: t('还有消息没有发出'),
    sentence: t('会诊室里有 {n} 条消息还没有发出，退出登录会丢弃它们。', { n: count }),
    label: t('丢弃并退出'),
    tone: 'bad',
  });
}

async function signOut(form: HTMLFormElement): Promise<void> {
  if (!(await mayForget())) return;
  sessionStorage.clear();
  forgetKept();
  await soon(
    unsent().then((store) => store.forgetUnsent()),
    undefined,
  );
  form.dataset.agreed = '';
  form.requestSubmit();
}

/** `form[data-sign-out]` forgets what was typed; it asks first when messages of a room would be lost. */
export function watchSignOut(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-sign-out]')) {
    form.addEventListener('submit', (event) => {
      if ('agreed' in form.dataset) return;
      event.preventDefault();
      void signOut(form);
    });
  }
}
