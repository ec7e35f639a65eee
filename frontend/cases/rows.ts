/** `[data-repeat]`: rows of the same inputs; `[data-add-row]` beside it adds one, `[data-remove-row]` takes one away
 *  (the last one is emptied). Numbers in `.question-no` follow. */

function renumber(list: HTMLElement): void {
  list.querySelectorAll('.question-no').forEach((node, index) => {
    node.textContent = String(index + 1);
  });
}

function changed(list: HTMLElement): void {
  renumber(list);
  list.dispatchEvent(new Event('input', { bubbles: true }));
}

function empty(row: HTMLElement): void {
  for (const input of row.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea')) input.value = '';
}

function add(list: HTMLElement): void {
  const pattern = list.querySelector<HTMLElement>('.repeat-row');
  const row = pattern?.cloneNode(true);
  if (!(row instanceof HTMLElement)) return;
  empty(row);
  list.append(row);
  renumber(list);
  row.querySelector<HTMLElement>('textarea, input:not([type=hidden])')?.focus();
}

export function watchRows(root: ParentNode = document): void {
  root.querySelectorAll<HTMLElement>('[data-repeat]').forEach((list) => {
    list.parentElement?.querySelector('[data-add-row]')?.addEventListener('click', () => add(list));
    list.addEventListener('click', (event) => {
      const button = (event.target as Element).closest('[data-remove-row]');
      const row = button?.closest<HTMLElement>('.repeat-row');
      if (!row) return;
      if (list.querySelectorAll('.repeat-row').length > 1) row.remove();
      else empty(row);
      changed(list);
    });
  });
}
