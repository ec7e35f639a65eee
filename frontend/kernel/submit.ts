/** A form is sent once: the second click of an impatient hand does nothing.
 *  `data-resubmit` on a form (searches, downloads) lets it be sent again. */

function release(form: HTMLFormElement): void {
  delete form.dataset.sent;
  form.querySelectorAll<HTMLElement>('[data-busy]').forEach((button) => {
    delete button.dataset.busy;
    button.removeAttribute('aria-disabled');
  });
}

function onSubmit(event: SubmitEvent): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement)) return;
  if (event.defaultPrevented || form.method !== 'post' || 'resubmit' in form.dataset) return;
  if ('sent' in form.dataset) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = '';
  if (event.submitter) {
    event.submitter.dataset.busy = '';
    event.submitter.setAttribute('aria-disabled', 'true');
  }
}

export function guardSubmits(): void {
  document.addEventListener('submit', onSubmit);
  // Coming back by the browser's "back" must not find a dead form.
  window.addEventListener('pageshow', () => document.querySelectorAll('form').forEach(release));
}
