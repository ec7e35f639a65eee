/** Two small boxes over the picture: the key map, and the text of an arrow. */
import { t } from '../kernel/i18n.ts';
import { pageKeys } from '../kernel/shortcuts.ts';
import { make } from './dom.ts';
import { type KeyRow, keyRows } from './keys.ts';
import type { Point } from './types.ts';

function table(rows: readonly KeyRow[]): HTMLElement {
  const list = make('dl');
  for (const row of rows) {
    const keys = make('dt');
    keys.append(...row.keys.split(' ').map((key) => make('kbd', '', key)));
    list.append(keys, make('dd', '', row.text));
  }
  return list;
}

/** The help; shown and hidden by `toggle`. The keys of the page around the viewer come first, where it has any. */
export class Help {
  readonly dialog = make('dialog', 'vw-help');
  private readonly page = make('div');

  constructor() {
    const close = make('button', 'vw-close', t('关闭'));
    close.type = 'button';
    close.addEventListener('click', () => this.dialog.close());
    this.dialog.setAttribute('aria-label', t('阅片快捷键'));
    this.dialog.append(this.page, make('h2', '', t('阅片快捷键')), table(keyRows()), close);
  }

  toggle(): void {
    if (this.dialog.open) {
      this.dialog.close();
      return;
    }
    const rows = pageKeys();
    this.page.replaceChildren(...(rows.length > 0 ? [make('h2', '', t('本页快捷键')), table(rows)] : []));
    this.dialog.showModal();
  }
}

/** One line of text at a place of the viewport; Enter keeps it, Escape cancels, leaving the field keeps it. */
export function askText(box: HTMLElement, [x, y]: Point): Promise<string | null> {
  const field = make('input', 'vw-ask');
  field.maxLength = 80;
  field.placeholder = t('说明文字');
  field.setAttribute('aria-label', t('说明文字'));
  field.style.left = `${Math.max(4, Math.min(x, box.clientWidth - 190))}px`;
  field.style.top = `${Math.max(4, Math.min(y, box.clientHeight - 40))}px`;
  box.append(field);
  field.focus();
  return new Promise((resolve) => {
    let open = true;
    const finish = (text: string | null) => {
      if (!open) return;
      open = false;
      field.remove();
      resolve(text);
    };
    field.addEventListener('blur', () => finish(field.value.trim()));
    field.addEventListener('keydown', (event) => {
      event.stopPropagation();
      // While a Chinese input method composes, Enter belongs to it.
      if (event.key === 'Enter' && !event.isComposing) finish(field.value.trim());
      if (event.key === 'Escape') finish(null);
    });
  });
}
