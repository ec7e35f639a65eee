/** Begins the draft at once: the page's one button is pressed for the person. */

const form = document.getElementById('new-case');
if (form instanceof HTMLFormElement) form.requestSubmit();

export {};
