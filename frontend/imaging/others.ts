/** The other people's pointers on our viewports, and one's own on its way to them. */
import type { ShownPointer } from './marks.ts';
import { FADE_MS, gate, Pointing, type Seen } from './pointing.ts';
import type { Stage } from './stage.ts';
import type { Person, Point, Pointer } from './types.ts';

/** 30 a second, as the rooms allow. */
const GAP_MS = 34;

export interface OthersHost {
  colour: (person: string) => number;
  stages: () => readonly Stage[];
  onPointer?: ((pointer: Pointer) => void) | undefined;
}

export class Others {
  /** Sends one's own place, at most 30 times a second. */
  readonly tell: (pointer: Pointer) => void;
  private readonly host: OthersHost;
  private readonly pointing = new Pointing();
  private readonly still = matchMedia('(prefers-reduced-motion: reduce)');
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(host: OthersHost) {
    this.host = host;
    this.tell = gate(GAP_MS, (pointer: Pointer) => host.onPointer?.(pointer));
  }

  show(pointer: Pointer, by: Person): void {
    this.pointing.show(pointer, by, performance.now());
    this.redraw();
    if (!this.still.matches) this.timer ??= setTimeout(() => this.fade(), FADE_MS);
  }

  hide(person: string): void {
    this.pointing.hide(person);
    this.redraw();
  }

  /** Those on this very slice. */
  on(stage: Stage): ShownPointer[] {
    const now = performance.now();
    return this.pointing
      .all()
      .filter((one) => this.place(stage, one) === stage.index)
      .map(({ pointer, by, at }) => {
        const place: Point = [pointer.x, pointer.y];
        return { at: place, name: by.name, colour: this.host.colour(by.id), age: now - at };
      });
  }

  /** Those on another slice of the series, as places in the scroll bar. */
  ticks(stage: Stage): { share: number; colour: number; name: string }[] {
    return this.pointing.all().flatMap((one) => {
      const at = this.place(stage, one);
      if (at < 0 || at === stage.index || stage.total < 2) return [];
      return [{ share: at / (stage.total - 1), colour: this.host.colour(one.by.id), name: one.by.name }];
    });
  }

  close(): void {
    if (this.timer) clearTimeout(this.timer);
  }

  private place(stage: Stage, { pointer }: Seen): number {
    return stage.find(pointer.instance_uid, pointer.frame);
  }

  private fade(): void {
    this.timer = null;
    if (this.pointing.expire(performance.now())) this.redraw();
    if (this.pointing.all().length > 0) this.timer = setTimeout(() => this.fade(), 250);
  }

  private redraw(): void {
    for (const stage of this.host.stages()) stage.drawPointers();
  }
}
