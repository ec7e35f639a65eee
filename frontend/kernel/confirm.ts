/** `data-confirm="sentence"` on a form or on a button in it: ask in a dialog before submitting.
 *  Also read: `data-confirm-title`, `data-confirm-label` (the yes button), `data-confirm-tone="bad"`.
 *  The server prints it `inert`, so that a press before this runs does nothing rather than go unasked. */

interface Question {
  readonly sentence: string;
  readonly title?: string | undefined;
  readonly label?: string | undefined;
  readonly tone?: string | undefined;
}

function put(dialog: HTMLElement, part: string, text: string | undefined): void {
  const node = dialog.querySelector<HTMLElement>(`[data-part="${part}"]`);
  if (!node) return;
  node.dataset.usual ??= node.textContent ?? '';
  node.textContent = text ?? node.dataset.usual;
}

/** Ask and wait; true when the person said yes. Without the dialog in the page: true. */
export function ask(question: Question): Promise<boolean> {
  const dialog = document.getElementById('confirm-dialog');
  if (!(dialog instanceof HTMLDialogElement)) return Promise.resolve(true);
  put(dialog, 'title', question.title);
  put(dialog, 'sentence', question.sentence);
  put(dialog, 'yes', question.label);
  dialog.querySelector('[data-part="yes"]')?.classList.toggle('btn-danger', question.tone === 'bad');
  dialog.querySelector('[data-part="yes"]')?.classList.toggle('btn-primary', question.tone !== 'bad');
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}

function questionOf(form: HTMLFormElement, button: HTMLElement | null): Question | null {
  const asked = button?.dataset.confirm ? button : form;
  const sentence = asked.dataset.confirm;
  if (!sentence) return null;
  return {
    sentence,
    title: asked.dataset.confirmTitle,
    label: asked.dataset.confirmLabel,
    tone: asked.dataset.confirmTone,
  };
}

/** Lets what asks first be pressed: on the page when this runs, and in each part taken from the server later. */
export function letAsk(part: ParentNode): void {
  for (const node of part.querySelectorAll<HTMLElement>('[data-confirm][inert]')) node.inert = false;
}

export function watchConfirm(): void {
  const agreed = new WeakSet<HTMLFormElement>();
  document.addEventListener(
    'submit',
    (event) => {
      const form = event.target;
      if (!(form instanceof HTMLFormElement)) return;
      if (agreed.delete(form)) return;
      const button = event.submitter;
      const question = questionOf(form, button);
      if (!question) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      void ask(question).then((yes) => {
        if (!yes) return;
        agreed.add(form);
        form.requestSubmit(button);
      });
    },
    { capture: true },
  );
  letAsk(document);
}
