/** The gap rule: every entry once, in the order of `seq`, whatever order they arrive in. */
import type { Entry } from './protocol.ts';

export class Sequence {
  private last: number;
  private readonly held = new Map<number, Entry>();

  /** `last` is the `seq` of what is known beforehand. */
  constructor(last = 0) {
    this.last = last;
  }

  /** The `seq` up to which everything was shown. */
  get have(): number {
    return this.last;
  }

  /** Whether an entry waits for an earlier one that has not come. */
  get hasGap(): boolean {
    return this.held.size > 0;
  }

  /** Takes entries as they come; returns those that may be shown now, in order. */
  take(entries: readonly Entry[]): Entry[] {
    for (const entry of entries) if (entry.seq > this.last) this.held.set(entry.seq, entry);
    const ready: Entry[] = [];
    for (let next = this.held.get(this.last + 1); next; next = this.held.get(this.last + 1)) {
      this.held.delete(next.seq);
      this.last = next.seq;
      ready.push(next);
    }
    return ready;
  }
}
