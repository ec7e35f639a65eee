/** What a closed tab left behind: a drop that was not finished, until it is. `files` are those still missing, empty
 *  where only the server knows of the drop (another browser began it); `received` are those that it has. */

export type Named = readonly (readonly [path: string, size: number])[];

export interface Unfinished {
  readonly batch: string;
  readonly name: string;
  readonly at: number;
  readonly files: Named;
  readonly received: Named;
}

const DAYS_KEPT = 7;
const DAY_MS = 86_400_000;

/** The drops of one case or encounter, in this browser. A full or forbidden storage is no fault: nothing is kept. */
export class Memory {
  readonly #key: string;

  constructor(subject: string) {
    this.#key = `mdt.uploads.${subject}`;
  }

  all(): Unfinished[] {
    try {
      const kept = JSON.parse(localStorage.getItem(this.#key) ?? '[]') as Unfinished[];
      return kept.filter((each) => Date.now() - each.at < DAYS_KEPT * DAY_MS);
    } catch {
      return [];
    }
  }

  keep(drop: Unfinished): void {
    this.#write([...this.all().filter((each) => each.batch !== drop.batch), drop]);
  }

  forget(batch: string): void {
    this.#write(this.all().filter((each) => each.batch !== batch));
  }

  #write(drops: readonly Unfinished[]): void {
    try {
      if (drops.length === 0) localStorage.removeItem(this.#key);
      else localStorage.setItem(this.#key, JSON.stringify(drops));
    } catch {
      // The page works without it; only coming back after a closed tab does not.
    }
  }
}
