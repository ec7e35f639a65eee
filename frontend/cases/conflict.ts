/** Two people changed the same field: both texts are shown, the person chooses for each, nothing is overwritten. */

import { same, shown, type Text } from './casetext.ts';

export interface Choice {
  readonly name: string;
  readonly keepMine: boolean;
}

function labelOf(form: HTMLFormElement, name: string): string {
  if (name === 'questions') return form.querySelector('#questions legend')?.textContent?.trim() ?? name;
  const field = form.querySelector(`[name="${name}"]`);
  const label = field?.closest('.field')?.querySelector('label, legend') ?? field?.closest('label');
  return label?.textContent?.replace('*', '').trim() ?? name;
}

/** The fields of `sent` that somebody else changed from what the person had begun with. */
export function clashes(base: Text, sent: readonly string[], current: Readonly<Record<string, unknown>>): string[] {
  return sent.filter((name) => name in current && !same(current[name], base[name]));
}

/** Asks for each of the fields; resolves when the dialog is closed (Escape keeps the person's own text in the form). */
export function choose(
  form: HTMLFormElement,
  names: readonly string[],
  mine: Text,
  theirs: Readonly<Record<string, unknown>>,
): Promise<Choice[]> {
  const dialog = document.getElementById('conflict-dialog') as HTMLDialogElement;
  const pattern = document.getElementById('conflict-pattern') as HTMLTemplateElement;
  const place = dialog.querySelector('[data-part=fields]') as HTMLElement;
  const sets = names.map((name) => {
    const set = (pattern.content.firstElementChild as HTMLElement).cloneNode(true) as HTMLElement;
    const put = (part: string, text: string): void => {
      const node = set.querySelector(part);
      if (node) node.textContent = text;
    };
    put('legend', labelOf(form, name));
    put('[data-part=mine]', shown(mine[name]));
    put('[data-part=theirs]', shown(theirs[name]));
    for (const radio of set.querySelectorAll<HTMLInputElement>('input[type=radio]')) radio.name = `choice.${name}`;
    return set;
  });
  place.replaceChildren(...sets);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener(
      'close',
      () => {
        const chosen = new FormData(dialog.querySelector('form') as HTMLFormElement);
        resolve(names.map((name) => ({ name, keepMine: chosen.get(`choice.${name}`) !== 'theirs' })));
      },
      { once: true },
    );
  });
}
