/** Frames in memory, least recently used out first when the budget is passed. */
import type { Pixels } from './types.ts';

export class FrameCache {
  readonly budget: number;
  private used = 0;
  private readonly kept = new Map<string, Pixels>();

  /** The budget is in bytes. */
  constructor(budget = 400e6) {
    this.budget = budget;
  }

  get bytes(): number {
    return this.used;
  }

  has(key: string): boolean {
    return this.kept.has(key);
  }

  get(key: string): Pixels | null {
    const found = this.kept.get(key);
    if (!found) return null;
    this.kept.delete(key);
    this.kept.set(key, found);
    return found;
  }

  set(key: string, pixels: Pixels): void {
    this.drop(key);
    this.kept.set(key, pixels);
    this.used += pixels.byteLength;
    for (const oldest of this.kept.keys()) {
      if (this.used <= this.budget || oldest === key) break;
      this.drop(oldest);
    }
  }

  private drop(key: string): void {
    this.used -= this.kept.get(key)?.byteLength ?? 0;
    this.kept.delete(key);
  }
}
