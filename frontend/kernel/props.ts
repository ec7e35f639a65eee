/**
 * Data that the server wrote into the page: `<script type="application/json" id="...">`.
 * An island reads it once instead of fetching what the page already knew.
 */
export function props<T>(id: string): T {
  const text = document.getElementById(id)?.textContent;
  if (text === undefined || text === null) throw new Error(`No data block with the id "${id}" in this page`);
  return JSON.parse(text) as T;
}

/** The same for blocks that may be absent. */
export function optionalProps<T>(id: string): T | null {
  return document.getElementById(id) === null ? null : props<T>(id);
}
