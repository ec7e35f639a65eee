/** Text that the server has not confirmed yet, kept in this browser until it has: neither a closed window nor a lost
 *  line loses a word. County computers are shared: the key names the person, and signing out clears it
 *  (frontend/kernel/owner.ts). */

import { owner } from '../kernel/owner.ts';
import { changedNames, same, shown, type Text } from './casetext.ts';

export interface Kept {
  readonly version: string;
  readonly base: Text;
  readonly text: Text;
}

export class Unsaved {
  readonly #key: string;

  constructor(form: HTMLFormElement) {
    this.#key = `mdt.unsaved.${form.dataset.case}.${owner()}`;
  }

  /** Called with every change and every answer: what differs is kept, what agrees is forgotten. */
  note(kept: Kept): void {
    try {
      if (changedNames(kept.base, kept.text).length === 0) localStorage.removeItem(this.#key);
      else localStorage.setItem(this.#key, JSON.stringify(kept));
    } catch {
      // Storage refused or full: the text still goes to the server with each pause.
    }
  }

  /** What was kept, and the names in which it says something else than the server does now.
   *
   *  A browser writes its storage to disk seconds later: after a crash, what is found may be older than what the server
   *  got afterwards. Words that stand in the present text are therefore no news. */
  found(version: string, now: Text): { kept: Kept; names: string[] } | null {
    try {
      const kept = JSON.parse(localStorage.getItem(this.#key) ?? 'null') as Kept | null;
      if (kept === null) return null;
      const isNews = (name: string) =>
        kept.version === version
          ? !same(kept.text[name], now[name])
          : !shown(now[name]).includes(shown(kept.text[name]));
      const names = changedNames(kept.base, kept.text).filter(isNews);
      if (names.length > 0) return { kept, names };
      localStorage.removeItem(this.#key);
    } catch {
      // Nothing that could be read.
    }
    return null;
  }
}
