/** Short messages at the foot of the page. The server prints them after a redirect; islands may add some. */

export type Tone = 'ok' | 'info' | 'warn' | 'bad';

const STAY_MS = 6000;

function dismiss(toast: HTMLElement): void {
  toast.remove();
}

/** Good news leaves by itself; a refusal stays until it was read and closed. */
function watch(toast: HTMLElement): void {
  toast.querySelector('button')?.addEventListener('click', () => dismiss(toast));
  if (toast.dataset.tone === 'bad') return;
  let timer = window.setTimeout(() => dismiss(toast), STAY_MS);
  toast.addEventListener('pointerenter', () => window.clearTimeout(timer));
  toast.addEventListener('pointerleave', () => {
    timer = window.setTimeout(() => dismiss(toast), STAY_MS);
  });
}

/** Show one sentence. The text is set as text, never as markup. */
export function toast(text: string, tone: Tone = 'info'): void {
  const stack = document.getElementById('toasts');
  const pattern = document.getElementById('toast-pattern');
  if (!stack || !(pattern instanceof HTMLTemplateElement)) return;
  const node = pattern.content.firstElementChild?.cloneNode(true);
  if (!(node instanceof HTMLElement)) return;
  node.classList.add(`toast-${tone}`);
  node.dataset.tone = tone;
  const words = node.querySelector('p');
  if (words) words.textContent = text;
  stack.append(node);
  watch(node);
}

export function watchToasts(): void {
  document.querySelectorAll<HTMLElement>('#toasts .toast').forEach(watch);
}
