/**
 * Mouse, pen and fingers on one viewport, turned into drags of tools. One button or finger works the current tool;
 * the right button windows, the middle one pans, the wheel scrolls, two fingers pinch and pan.
 */
import type { Stage } from './stage.ts';
import { panTool } from './tools/pan.ts';
import type { Bench, Drag, Spot, Tool } from './tools/tool.ts';
import { windowTool } from './tools/window.ts';
import { dragged, zoomedAt } from './transform.ts';
import type { Point } from './types.ts';

export interface GestureHost {
  readonly tool: Tool;
  bench(stage: Stage): Bench;
  activate(stage: Stage): void;
  /** A click on a mark (its id) or beside all of them. */
  select(id: string | null): void;
}

const MARKING = new Set(['length', 'angle', 'ellipse', 'arrow']);
/** Wheel movement of one slice, in the units of `deltaY` pixels. */
const NOTCH = 60;

export class Gestures {
  private readonly stage: Stage;
  private readonly host: GestureHost;
  private readonly fingers = new Map<number, Point>();
  private drag: Drag | null = null;
  private tool: Tool | null = null;
  private from: Spot | null = null;
  private mark: string | null = null;
  private index = 0;
  private wheeled = 0;

  constructor(stage: Stage, host: GestureHost) {
    this.stage = stage;
    this.host = host;
    const element = stage.element;
    element.addEventListener('pointerdown', (event) => this.down(event));
    element.addEventListener('pointermove', (event) => this.move(event));
    element.addEventListener('pointerup', (event) => this.up(event));
    element.addEventListener('pointercancel', (event) => this.lost(event));
    element.addEventListener('pointerleave', () => this.left());
    element.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
    element.addEventListener('contextmenu', (event) => event.preventDefault());
    stage.overlay.bar.addEventListener('pointerdown', (event) => this.bar(event));
  }

  /** Gives up what is being drawn. */
  cancel(): void {
    this.drag?.cancel();
    this.drag = null;
  }

  private spot(event: PointerEvent | WheelEvent): Spot {
    const box = this.stage.element.getBoundingClientRect();
    const at: Point = [event.clientX - box.left, event.clientY - box.top];
    return { at, image: this.stage.toImage(at) };
  }

  private down(event: PointerEvent): void {
    const target = event.target as Element;
    if (target.closest('button, input, .vw-bar')) return;
    this.host.activate(this.stage);
    this.stage.element.setPointerCapture(event.pointerId);
    const spot = this.spot(event);
    if (event.pointerType === 'touch') this.fingers.set(event.pointerId, spot.at);
    if (this.fingers.size > 1) {
      this.cancel();
      return;
    }
    if (this.drag) return;
    this.mark = target.closest('[data-id]')?.getAttribute('data-id') ?? null;
    this.begin(event.button === 2 ? windowTool : event.button === 1 ? panTool : this.host.tool, spot);
    if (event.button === 1) event.preventDefault();
  }

  private begin(tool: Tool, spot: Spot): void {
    this.tool = tool;
    this.from = spot;
    this.index = this.stage.index;
    this.drag = tool.begin(this.host.bench(this.stage), spot);
  }

  /** A mark belongs to the slice it was begun on. */
  private strayed(): boolean {
    return this.stage.index !== this.index && MARKING.has(this.tool?.name ?? '');
  }

  private move(event: PointerEvent): void {
    const spot = this.spot(event);
    if (this.fingers.size > 1) {
      this.pinch(event.pointerId, spot.at);
      return;
    }
    if (event.pointerType !== 'touch') this.stage.probe(spot.at);
    if (this.drag && this.strayed()) this.cancel();
    if (this.drag) this.drag.move(spot);
    else this.host.tool.hover?.(this.host.bench(this.stage), spot);
  }

  private pinch(id: number, at: Point): void {
    const old = this.fingers.get(id);
    const other = [...this.fingers].find(([one]) => one !== id)?.[1];
    const { frame, look, size } = this.stage;
    if (!old || !other || !frame) return;
    const apart = (a: Point) => Math.max(1, Math.hypot(a[0] - other[0], a[1] - other[1]));
    const middle: Point = [(old[0] + other[0]) / 2, (old[1] + other[1]) / 2];
    const zoomed = zoomedAt(frame, size, look, { at: middle, by: apart(at) / apart(old) });
    this.fingers.set(id, at);
    this.stage.set(zoomed, 'user');
    const map = this.stage.map();
    const shift: Point = [(at[0] - old[0]) / 2, (at[1] - old[1]) / 2];
    if (map) this.stage.set({ pan: dragged(map, this.stage.look.pan, shift) }, 'user');
  }

  private up(event: PointerEvent): void {
    const pinched = this.fingers.size > 1;
    this.fingers.delete(event.pointerId);
    if (pinched || !this.drag) return;
    if (this.strayed()) {
      this.cancel();
      return;
    }
    const spot = this.spot(event);
    this.pick(spot);
    if (this.drag.release(spot)) this.drag = null;
  }

  private pick(spot: Spot): void {
    const moved = this.from ? Math.hypot(spot.at[0] - this.from.at[0], spot.at[1] - this.from.at[1]) : 0;
    if (moved < 4 && !MARKING.has(this.tool?.name ?? '')) this.host.select(this.mark);
  }

  private lost(event: PointerEvent): void {
    this.fingers.delete(event.pointerId);
    this.cancel();
  }

  private left(): void {
    this.stage.probe(null);
    if (!this.drag) this.host.bench(this.stage).point(null);
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    this.host.activate(this.stage);
    const { frame, look, size } = this.stage;
    const amount = event.deltaMode === 0 ? event.deltaY : event.deltaY * NOTCH;
    if (event.ctrlKey) {
      if (frame) this.stage.set(zoomedAt(frame, size, look, { at: this.spot(event).at, by: 0.998 ** amount }), 'user');
      return;
    }
    if (Math.sign(amount) !== Math.sign(this.wheeled)) this.wheeled = 0;
    this.wheeled += amount;
    // One notch of a wheel is one slice, however large the browser makes it; a touchpad adds up small ones.
    const slices = Math.abs(amount) >= NOTCH ? Math.sign(amount) : Math.trunc(this.wheeled / NOTCH);
    if (slices === 0) return;
    this.wheeled = 0;
    this.stage.go(this.stage.index + slices, 'user');
  }

  private bar(event: PointerEvent): void {
    const bar = this.stage.overlay.bar;
    const jump = (at: PointerEvent) => {
      const box = bar.getBoundingClientRect();
      this.stage.go(((at.clientY - box.top) / box.height) * (this.stage.total - 1), 'user');
    };
    this.host.activate(this.stage);
    bar.setPointerCapture(event.pointerId);
    bar.addEventListener('pointermove', jump);
    bar.addEventListener('lostpointercapture', () => bar.removeEventListener('pointermove', jump), { once: true });
    jump(event);
    event.stopPropagation();
  }
}
