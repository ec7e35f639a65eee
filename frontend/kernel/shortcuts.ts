/** Keys of the whole page: `/` finds, `?` lists the keys, and any control with `data-key="c"` is pressed by its key.
 *  The list in the help dialog is read from the page itself, so it cannot lie. */

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

function isSeen(node: HTMLElement): boolean {
  return node.getClientRects().length > 0;
}

function controls(): HTMLElement[] {
  return Array.from(document.querySelectorAll<HTMLElement>('[data-key]')).filter(isSeen);
}

/** What the control is called, without the key printed on it. */
function nameOf(control: HTMLElement): string {
  const label = control.dataset.keyName ?? control.getAttribute('aria-label');
  if (label) return label;
  const copy = control.cloneNode(true) as HTMLElement;
  for (const key of copy.querySelectorAll('kbd')) key.remove();
  return (copy.textContent ?? '').trim();
}

/** The keys of what the page shows now. */
export function pageKeys(): { keys: string; text: string }[] {
  return controls().map((control) => ({ keys: (control.dataset.key ?? '').toUpperCase(), text: nameOf(control) }));
}

function showHelp(): void {
  const dialog = document.getElementById('keys-dialog');
  const list = dialog?.querySelector('[data-part=page-keys]');
  if (!(dialog instanceof HTMLDialogElement) || !list) return;
  list.replaceChildren(
    ...pageKeys().map(({ keys, text }) => {
      const row = document.createElement('li');
      const key = document.createElement('kbd');
      key.textContent = keys;
      row.append(text, key);
      return row;
    }),
  );
  dialog.showModal();
}

function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (isTyping(event.target) || document.querySelector('dialog[open]')) return;
  const search = document.getElementById('search');
  if (event.key === '/' && search) {
    event.preventDefault();
    search.focus();
  } else if (event.key === '?') {
    event.preventDefault();
    showHelp();
  } else {
    const control = controls().find((node) => node.dataset.key === event.key.toLowerCase());
    if (!control) return;
    event.preventDefault();
    control.click();
  }
}

/** Ctrl+Enter (⌘ on a Mac) sends the form one is writing in, when it says `data-send-key`. */
function onSendKey(event: KeyboardEvent): void {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
  const form = (event.target as HTMLElement | null)?.closest<HTMLFormElement>('form[data-send-key]');
  if (!form) return;
  event.preventDefault();
  // `elements` also holds a button that stands outside and names the form.
  const buttons = Array.from(form.elements).filter((node) => node.matches('button.btn-primary'));
  form.requestSubmit(buttons.find((node): node is HTMLButtonElement => node instanceof HTMLButtonElement) ?? null);
}

export function watchKeys(): void {
  document.addEventListener('keydown', onKey);
  document.addEventListener('keydown', onSendKey);
  for (const button of document.querySelectorAll('[data-show-keys]')) button.addEventListener('click', showHelp);
}
