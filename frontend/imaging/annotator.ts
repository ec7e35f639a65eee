/** The marks of a viewer: known ones, the one being drawn, the selected one; adding, removing, undoing. */
import { t } from '../kernel/i18n.ts';
import { Book, type Entry } from './book.ts';
import type { Mark } from './marks.ts';
import { gate } from './pointing.ts';
import type { Stage } from './stage.ts';
import type { Annotation, Person } from './types.ts';

const SKETCH_GAP_MS = 67;

export interface AnnotatorHost {
  me: Person;
  /** 1–6; the room knows everybody's colour. */
  colourOf?: ((person: string) => number) | undefined;
  onAnnotate?: ((annotation: Annotation) => void) | undefined;
  onRemove?: ((id: string) => void) | undefined;
  /** A mark that grows under the mouse, 15 times a second at most; null when it is kept or given up. */
  onSketch?: ((annotation: Annotation | null) => void) | undefined;
  redraw: () => void;
}

export class Annotator {
  readonly book = new Book();
  private readonly host: AnnotatorHost;
  private readonly tellSketch: (annotation: Annotation | null) => void;
  private readonly sketches = new Map<string, Entry>();
  private chosen: string | null = null;

  constructor(host: AnnotatorHost) {
    this.host = host;
    this.tellSketch = gate(SKETCH_GAP_MS, (annotation: Annotation | null) => host.onSketch?.(annotation));
  }

  get selected(): string | null {
    return this.chosen;
  }

  colour(person: string): number {
    return this.host.colourOf?.(person) ?? this.book.colour(person);
  }

  add(annotation: Annotation, by: Person): void {
    if (this.sketches.get(by.id)?.annotation.id === annotation.id) this.sketches.delete(by.id);
    if (this.book.add(annotation, by)) this.host.redraw();
  }

  remove(id: string): void {
    if (this.chosen === id) this.chosen = null;
    if (this.book.remove(id)) this.host.redraw();
  }

  sketch(annotation: Annotation | null): void {
    this.showSketch(annotation, this.host.me);
    this.tellSketch(annotation);
  }

  /** What someone is drawing just now; null takes it away. */
  showSketch(annotation: Annotation | null, by: Person): void {
    if (annotation) this.sketches.set(by.id, { annotation, by });
    else this.sketches.delete(by.id);
    this.host.redraw();
  }

  commit(annotation: Annotation): void {
    this.book.add(annotation, this.host.me);
    this.chosen = null;
    this.host.redraw();
    this.host.onAnnotate?.(annotation);
  }

  select(id: string | null): void {
    this.chosen = id;
    this.host.redraw();
  }

  /** Removes the selected mark if it is one's own. */
  removeSelected(): void {
    const entry = this.chosen ? this.book.get(this.chosen) : null;
    if (entry && entry.by.id === this.host.me.id) this.removeOwn(entry.annotation.id);
  }

  undo(): void {
    const last = this.book.last(this.host.me.id);
    if (last) this.removeOwn(last.annotation.id);
  }

  marks(stage: Stage): Mark[] {
    const { frame } = stage;
    if (!frame) return [];
    const here = ({ annotation: one }: Entry) => one.instance_uid === frame.instance_uid && one.frame === frame.frame;
    const known = this.book.on(frame.instance_uid, frame.frame).map((entry) => this.mark(entry, false));
    return [...known, ...[...this.sketches.values()].filter(here).map((entry) => this.mark(entry, true))];
  }

  private mark({ annotation, by }: Entry, draft: boolean): Mark {
    const selected = annotation.id === this.chosen;
    return { annotation, colour: this.colour(by.id), by: by.name || t('标注'), selected, draft };
  }

  private removeOwn(id: string): void {
    this.remove(id);
    this.host.onRemove?.(id);
  }
}
