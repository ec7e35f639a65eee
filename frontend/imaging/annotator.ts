/** The marks of a viewer: known ones, the one being drawn, the selected one; adding, removing, undoing. */
import { t } from '../kernel/i18n.ts';
import { Book } from './book.ts';
import type { Mark } from './marks.ts';
import type { Stage } from './stage.ts';
import type { Annotation, Person } from './types.ts';

export interface AnnotatorHost {
  me: Person;
  /** 1–6; the room knows everybody's colour. */
  colourOf?: ((person: string) => number) | undefined;
  onAnnotate?: ((annotation: Annotation) => void) | undefined;
  onRemove?: ((id: string) => void) | undefined;
  redraw: () => void;
}

export class Annotator {
  readonly book = new Book();
  private readonly host: AnnotatorHost;
  private draft: Annotation | null = null;
  private chosen: string | null = null;

  constructor(host: AnnotatorHost) {
    this.host = host;
  }

  get selected(): string | null {
    return this.chosen;
  }

  colour(person: string): number {
    return this.host.colourOf?.(person) ?? this.book.colour(person);
  }

  add(annotation: Annotation, by: Person): void {
    if (this.book.add(annotation, by)) this.host.redraw();
  }

  remove(id: string): void {
    if (this.chosen === id) this.chosen = null;
    if (this.book.remove(id)) this.host.redraw();
  }

  sketch(annotation: Annotation | null): void {
    this.draft = annotation;
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
    const found = this.book.on(frame.instance_uid, frame.frame).map(({ annotation, by }) => ({
      annotation,
      colour: this.colour(by.id),
      by: by.name || t('标注'),
      selected: annotation.id === this.chosen,
      draft: false,
    }));
    const draft = this.draft;
    if (draft?.instance_uid !== frame.instance_uid || draft.frame !== frame.frame) return found;
    const { me } = this.host;
    return [...found, { annotation: draft, colour: this.colour(me.id), by: me.name, selected: false, draft: true }];
  }

  private removeOwn(id: string): void {
    this.remove(id);
    this.host.onRemove?.(id);
  }
}
