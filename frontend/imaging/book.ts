/** The annotations a viewer knows, and whose they are. No DOM. */
import type { Annotation, Person } from './types.ts';

export interface Entry {
  annotation: Annotation;
  by: Person;
}

export class Book {
  private readonly entries = new Map<string, Entry>();
  private readonly colours = new Map<string, number>();

  /** Adds one; the same id again changes nothing (the room sends a person's own marks back). */
  add(annotation: Annotation, by: Person): boolean {
    if (this.entries.has(annotation.id)) return false;
    this.entries.set(annotation.id, { annotation, by });
    return true;
  }

  remove(id: string): boolean {
    return this.entries.delete(id);
  }

  clear(): void {
    this.entries.clear();
  }

  get(id: string): Entry | null {
    return this.entries.get(id) ?? null;
  }

  all(): Entry[] {
    return [...this.entries.values()];
  }

  on(instance: string, frame: number): Entry[] {
    return this.all().filter(({ annotation: one }) => one.instance_uid === instance && one.frame === frame);
  }

  /** The newest of one person. */
  last(person: string): Entry | null {
    return (
      this.all()
        .filter((entry) => entry.by.id === person)
        .at(-1) ?? null
    );
  }

  /** 1–6 in the order in which people appear, the same for the whole visit. */
  colour(person: string): number {
    const known = this.colours.get(person);
    if (known) return known;
    const next = (this.colours.size % 6) + 1;
    this.colours.set(person, next);
    return next;
  }
}
