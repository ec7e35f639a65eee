/** Where the others point: the newest place of each person, gone after three seconds. No DOM. */
import type { Person, Pointer } from './types.ts';

export interface Seen {
  pointer: Pointer;
  by: Person;
  /** Milliseconds on the caller's clock. */
  at: number;
}

export const FADE_MS = 3000;

export class Pointing {
  private readonly seen = new Map<string, Seen>();

  show(pointer: Pointer, by: Person, at: number): void {
    this.seen.set(by.id, { pointer, by, at });
  }

  hide(person: string): void {
    this.seen.delete(person);
  }

  /** Takes away what is old; true when something went. */
  expire(now: number): boolean {
    const old = [...this.seen].filter(([, one]) => now - one.at >= FADE_MS);
    for (const [person] of old) this.seen.delete(person);
    return old.length > 0;
  }

  all(): Seen[] {
    return [...this.seen.values()];
  }
}

/** Lets through at most one call in `gap` ms; the newest one waits for its turn and is never lost. */
export function gate<T>(gap: number, send: (value: T) => void): (value: T) => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let newest: { value: T } | null = null;
  const open = () => {
    timer = null;
    if (!newest) return;
    const { value } = newest;
    newest = null;
    timer = setTimeout(open, gap);
    send(value);
  };
  return (value) => {
    newest = { value };
    if (!timer) open();
  };
}
