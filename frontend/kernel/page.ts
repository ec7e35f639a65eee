/** Small things of the frame: line up or down, menus that close, language links, password eyes, relative times. */

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

export function watchConnection(): void {
  const strip = document.getElementById('connection');
  if (!strip) return;
  const show = (): void => {
    strip.hidden = navigator.onLine;
  };
  window.addEventListener('online', show);
  window.addEventListener('offline', show);
  show();
}

/** `details.menu` closes on Escape and on a click elsewhere. */
export function watchMenus(): void {
  const close = (but: Node | null): void => {
    document.querySelectorAll<HTMLDetailsElement>('details.menu[open]').forEach((menu) => {
      if (!but || !menu.contains(but)) menu.open = false;
    });
  };
  document.addEventListener('click', (event) => close(event.target as Node | null));
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close(null);
  });
}

/** A language link keeps the address one is at, filters and all. */
export function watchLanguage(): void {
  document.querySelectorAll<HTMLAnchorElement>('a[data-lang]').forEach((link) => {
    const address = new URL(window.location.href);
    address.searchParams.set('lang', link.dataset.lang ?? 'zh');
    link.href = address.pathname + address.search;
  });
}

/** `button[data-reveal="<input id>"]` shows and hides a password. */
export function watchReveal(): void {
  document.querySelectorAll<HTMLButtonElement>('button[data-reveal]').forEach((button) => {
    const input = document.getElementById(button.dataset.reveal ?? '');
    if (!(input instanceof HTMLInputElement)) return;
    button.hidden = false;
    button.addEventListener('click', () => {
      const shown = input.type === 'text';
      input.type = shown ? 'password' : 'text';
      button.setAttribute('aria-pressed', String(!shown));
    });
  });
}

/** `button[data-copy="<element id>"]` copies that element's text; `data-copied` is what the button says afterwards. */
export function watchCopy(): void {
  document.querySelectorAll<HTMLButtonElement>('button[data-copy]').forEach((button) => {
    const source = document.getElementById(button.dataset['copy'] ?? '');
    if (!source || !navigator.clipboard) return; // http without TLS has no clipboard: the text can be selected
    button.hidden = false;
    button.addEventListener('click', () => {
      const text = source instanceof HTMLInputElement ? source.value : (source.textContent ?? '');
      void navigator.clipboard.writeText(text.trim()).then(() => {
        button.textContent = button.dataset['copied'] ?? button.textContent;
      });
    });
  });
}

/** `button[data-fill-username]` fills the sign-in form with a demo account. */
export function watchDemoAccounts(): void {
  document.querySelectorAll<HTMLButtonElement>('button[data-fill-username]').forEach((button) => {
    button.addEventListener('click', () => {
      const name = document.querySelector<HTMLInputElement>('input[name=username]');
      const word = document.querySelector<HTMLInputElement>('input[name=password]');
      if (!name || !word) return;
      name.value = button.dataset.fillUsername ?? '';
      word.value = button.dataset.fillPassword ?? '';
      word.form?.requestSubmit();
    });
  });
}

function relative(seconds: number, words: Intl.RelativeTimeFormat): string {
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? (['minute', 60] as const);
  return words.format(Math.round(seconds / size), unit);
}

/** `<time datetime data-relative>`: the distance from now beside the absolute time, renewed each minute. */
export function watchTimes(): void {
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: 'auto' });
  const show = (): void => {
    document.querySelectorAll<HTMLTimeElement>('time[data-relative]').forEach((node) => {
      const at = Date.parse(node.dateTime);
      if (Number.isNaN(at)) return;
      node.dataset.absolute ??= node.textContent ?? '';
      node.textContent = `${node.dataset.absolute} · ${relative((at - Date.now()) / 1000, words)}`;
    });
  };
  show();
  window.setInterval(show, 60_000);
}
