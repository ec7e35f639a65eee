/** The page of the JSON interface: finding a call, and opening the schema that a link leads to. */
import './docs.css';

const find = document.querySelector<HTMLInputElement>('[data-docs-find]');

function show(): void {
  const words = (find?.value ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  document.querySelectorAll<HTMLElement>('[data-docs-group]').forEach((group) => {
    let any = false;
    group.querySelectorAll<HTMLElement>('[data-docs]').forEach((entry) => {
      const text = entry.dataset['docs'] ?? '';
      entry.hidden = !words.every((word) => text.includes(word));
      any ||= !entry.hidden;
    });
    group.hidden = !any;
  });
}

function openTarget(): void {
  const target = document.getElementById(window.location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) {
    target.open = true;
    target.scrollIntoView();
  }
}

find?.addEventListener('input', show);
window.addEventListener('hashchange', openTarget);
openTarget();
