/** Interface texts. The source strings are Chinese; a page in another language carries a dictionary. */

export type Dictionary = Readonly<Record<string, string>>;
export type Vars = Readonly<Record<string, string | number>>;

let dictionary: Dictionary | null = null;

/** The page's `<script type="application/json" id="i18n">`; pages in Chinese (and programs without a page) have none. */
function fromPage(): Dictionary {
  if (typeof document === 'undefined') return {};
  const text = document.getElementById('i18n')?.textContent;
  return text ? (JSON.parse(text) as Dictionary) : {};
}

/** Replaces the dictionary, for programs without a page. */
export function setDictionary(entries: Dictionary): void {
  dictionary = entries;
}

/** `{n} [image|images]`: the first word where n is 1, else the second. */
const COUNTED = /(\{(\w+)\}[^{[\]]*)\[([^|[\]]*)\|([^|[\]]*)\]/g;

/**
 * The text in the page's language, or the source string if the dictionary has none.
 * `{name}` in the text is replaced by `vars.name`; an unknown name stays as written.
 */
export function t(source: string, vars: Vars = {}): string {
  dictionary ??= fromPage();
  const found = dictionary[source];
  const text = found
    ? found.replace(COUNTED, (_, start, name, one, many) => start + (vars[name] === 1 ? one : many))
    : source;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in vars ? String(vars[name]) : whole));
}
