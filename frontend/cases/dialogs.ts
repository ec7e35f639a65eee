/** `a[data-dialog="id"]` opens that dialog instead of leading to a page that would; a dialog that the server opened
 *  is made modal; `[data-close-dialog]` closes it. */

function dialogOf(id: string | undefined): HTMLDialogElement | null {
  const found = document.getElementById(id ?? '');
  return found instanceof HTMLDialogElement ? found : null;
}

export function watchDialogs(): void {
  document.querySelectorAll<HTMLAnchorElement>('a[data-dialog]').forEach((link) => {
    link.addEventListener('click', (event) => {
      const dialog = dialogOf(link.dataset.dialog);
      if (!dialog) return;
      event.preventDefault();
      for (const menu of document.querySelectorAll<HTMLDetailsElement>('details.menu[open]')) menu.open = false;
      dialog.showModal();
    });
  });
  document.querySelectorAll<HTMLDialogElement>('dialog[open]').forEach((dialog) => {
    dialog.close();
    dialog.showModal();
  });
  document.querySelectorAll<HTMLElement>('dialog [data-close-dialog]').forEach((control) => {
    control.addEventListener('click', (event) => {
      event.preventDefault();
      control.closest('dialog')?.close();
    });
  });
  const asked = dialogOf(`${window.location.hash.slice(1)}-dialog`);
  if (asked && !asked.open) asked.showModal();
}
