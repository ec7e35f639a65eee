/** One viewport: a series, where one stands in it, and how it looks. Draws at most once a display beat. */
import { t } from '../kernel/i18n.ts';
import type { FrameCache } from './cache.ts';
import { make } from './dom.ts';
import { edgeLetters } from './geometry.ts';
import { FrameLoader } from './loader.ts';
import { type Mark, MarkLayer, type ShownPointer } from './marks.ts';
import { valueAt } from './measure.ts';
import { openedAt } from './order.ts';
import { type Caption, Overlay } from './overlay.ts';
import { Surface } from './surface.ts';
import { type Affine, applyTo, inverse, type Size, toScreen } from './transform.ts';
import type { Frame, Pixels, Point, PreparedSeries, ViewState } from './types.ts';
import { autoWindow, PLAIN_COLOUR } from './window.ts';

/** Who asked for a change: only the person's own changes are told to others. */
export type Cause = 'user' | 'remote' | 'linked' | 'cine';
export type Look = Pick<ViewState, 'window' | 'zoom' | 'pan' | 'rotate' | 'flip' | 'invert'>;

export interface StageHost {
  readonly cache: FrameCache;
  readonly concurrency: number;
  marks(stage: Stage): readonly Mark[];
  pointers(stage: Stage): readonly ShownPointer[];
  ticks(stage: Stage): readonly { share: number; colour: number; name: string }[];
  changed(stage: Stage, cause: Cause): void;
  arrived(stage: Stage): void;
}

const FITTED = { zoom: 1, pan: [0, 0] as Point, rotate: 0 as const, flip: false, invert: false };

export class Stage {
  readonly element = make('section', 'vw-stage');
  readonly overlay = new Overlay();
  readonly number: number;
  series: PreparedSeries | null = null;
  caption: Caption = {};
  index = 0;
  look: Look = { ...FITTED, window: [0, 0] };
  loader: FrameLoader | null = null;
  size: Size = { width: 1, height: 1 };
  private readonly host: StageHost;
  private readonly surface = new Surface();
  private readonly layer = new MarkLayer();
  private readonly poster = make('img', 'vw-poster');
  private readonly observer: ResizeObserver;
  private opened: Cause = 'user';
  private windowKnown = false;
  private windowChosen = false;
  private probeAt: Point | null = null;
  private beat = 0;

  constructor(number: number, host: StageHost) {
    this.number = number;
    this.host = host;
    this.element.setAttribute('aria-label', t('图像窗 {n}', { n: number + 1 }));
    this.poster.alt = '';
    this.poster.hidden = true;
    this.element.append(this.poster, this.surface.canvas, this.layer.svg, this.overlay.element, this.layer.list);
    this.overlay.retry.addEventListener('click', () => this.loader?.retry());
    this.observer = new ResizeObserver(() => this.measureBox());
    this.observer.observe(this.element);
  }

  get frame(): Frame | null {
    return this.series?.frames[this.index] ?? null;
  }

  get total(): number {
    return this.series?.frames.length ?? 0;
  }

  /** The shown frame's values; null while it has not arrived. */
  get pixels(): Pixels | null {
    return this.loader?.pixels(this.index) ?? null;
  }

  open(series: PreparedSeries, caption: Caption, cause: Cause): void {
    this.loader?.close();
    this.series = series;
    this.caption = caption;
    this.opened = cause;
    this.windowChosen = false;
    this.look = { ...FITTED, window: [0, 0] };
    this.loader = this.makeLoader(series);
    this.index = openedAt(series.frames);
    this.showPoster();
    this.defaultWindow();
    this.measureBox();
    this.loader.want(this.index, 1);
    this.host.changed(this, cause);
  }

  /** The same series with the slices that came since: one stays where one is. */
  renew(series: PreparedSeries): void {
    const { frame } = this;
    this.loader?.close();
    this.series = series;
    this.index = Math.max(0, frame ? this.find(frame.instance_uid, frame.frame) : 0);
    this.loader = this.makeLoader(series);
    this.loader.want(this.index, 1);
    this.host.arrived(this);
    this.invalidate();
  }

  close(): void {
    this.loader?.close();
    this.observer.disconnect();
    cancelAnimationFrame(this.beat);
    this.element.remove();
  }

  /** Null before a series is open, and until a window is known (files without one wait for the first picture). */
  state(): ViewState | null {
    return this.windowKnown ? this.view() : null;
  }

  find(instance: string, frame: number | undefined): number {
    const frames = this.series?.frames ?? [];
    return frames.findIndex((one) => one.instance_uid === instance && (frame === undefined || one.frame === frame));
  }

  /** Goes to a slice; out of range stops at the ends. */
  go(index: number, cause: Cause): void {
    const target = Math.min(this.total - 1, Math.max(0, Math.round(index)));
    if (target < 0 || target === this.index) return;
    const direction = target > this.index ? 1 : -1;
    this.index = target;
    if (!this.windowChosen && !this.frame?.position_mm) this.defaultWindow();
    this.loader?.want(target, direction);
    this.host.changed(this, cause);
    this.invalidate();
  }

  set(change: Partial<Look>, cause: Cause): void {
    this.look = { ...this.look, ...change };
    if (change.window) this.windowChosen = this.windowKnown = true;
    this.host.changed(this, cause);
    this.invalidate();
  }

  reset(cause: Cause): void {
    this.look = { ...this.look, ...FITTED };
    this.windowChosen = false;
    this.defaultWindow();
    this.host.changed(this, cause);
    this.invalidate();
  }

  map(): Affine | null {
    return this.frame ? toScreen(this.frame, this.size, this.look) : null;
  }

  /** From CSS pixels in the viewport to image pixels. */
  toImage(at: Point): Point {
    const map = this.map();
    return map ? applyTo(inverse(map), at) : at;
  }

  /** Where the mouse is, for the value read-out; null when it left. */
  probe(at: Point | null): void {
    this.probeAt = at;
    this.invalidate();
  }

  invalidate(): void {
    if (!this.beat) this.beat = requestAnimationFrame(() => this.render());
  }

  /** Redraws pointers and scroll bar only. */
  drawPointers(): void {
    const map = this.map();
    if (!map) return;
    this.layer.point(this.host.pointers(this), map);
    const progress = this.loader?.progress() ?? { arrived: 0, total: 0 };
    this.overlay.drawBar(progress.arrived, progress.total, this.host.ticks(this));
  }

  thumbnail(limit: number): string | null {
    this.render();
    return this.frame && this.pixels ? this.surface.thumbnail(this.frame, limit) : null;
  }

  private makeLoader(series: PreparedSeries): FrameLoader {
    const { cache, concurrency } = this.host;
    return new FrameLoader(series.frames, { cache, concurrency, onFrame: (index) => this.onFrame(index) });
  }

  private view(): ViewState | null {
    const { series, frame } = this;
    if (!series || !frame) return null;
    const { study_uid, series_uid } = series;
    const { instance_uid, frame: number } = frame;
    return { study_uid, series_uid, instance_uid, frame: number, ...this.look, viewport: this.number };
  }

  private onFrame(index: number): void {
    this.host.arrived(this);
    if (index === this.index) this.invalidate();
    else this.drawPointers();
  }

  private showPoster(): void {
    const { series, frame } = this;
    this.surface.clear();
    this.poster.hidden = !series?.poster_url;
    if (!series?.poster_url || !frame) return;
    this.poster.width = frame.columns;
    this.poster.height = frame.rows;
    this.poster.setAttribute('fetchpriority', 'high');
    this.poster.src = series.poster_url;
  }

  private defaultWindow(): void {
    const frame = this.frame;
    const own = frame?.position_mm ? this.series?.window_presets[0]?.window : undefined;
    const found =
      frame?.kind === 'rgb8' ? PLAIN_COLOUR : (own ?? frame?.window ?? this.series?.window_presets[0]?.window);
    this.windowKnown = found !== undefined && found !== null;
    if (found) this.look = { ...this.look, window: found };
  }

  private measureBox(): void {
    const box = this.element.getBoundingClientRect();
    this.size = { width: Math.max(1, box.width), height: Math.max(1, box.height) };
    this.surface.resize(this.size);
    this.render();
  }

  private trouble(): string {
    const status = this.loader?.status(this.index);
    if (status === 'impossible') return this.frame?.why || t('这一层不能显示。');
    if (status === 'failed') return t('这一层没有取到：网络不通，或服务器没有给出图像。');
    return '';
  }

  private valueText(frame: Frame, pixels: Pixels | null): string {
    const at = this.probeAt ? this.toImage(this.probeAt) : null;
    const values = at && pixels ? valueAt(pixels, frame, at) : null;
    if (!values) return '';
    const text = values.map((value) => (Number.isInteger(value) ? value : value.toFixed(2))).join(' ');
    return frame.unit === 'HU'
      ? t('CT 值 {value} HU', { value: text })
      : t('值 {value}', { value: `${text} ${frame.unit}`.trim() });
  }

  private render(): void {
    cancelAnimationFrame(this.beat);
    this.beat = 0;
    const { frame } = this;
    if (!frame) return;
    const pixels = this.pixels;
    if (pixels) this.paint(frame, pixels);
    const view = this.view() as ViewState;
    const map = toScreen(frame, this.size, this.look);
    this.layer.draw(pixels ? this.host.marks(this) : [], map, frame.unit);
    this.element.classList.toggle('waiting', !pixels);
    this.overlay.draw({
      caption: this.caption,
      frame,
      index: this.index,
      total: this.total,
      complete: this.series?.complete ?? true,
      view,
      edges: edgeLetters(frame, this.look),
      value: this.valueText(frame, pixels),
      waiting: !pixels,
      trouble: pixels ? '' : this.trouble(),
    });
    this.drawPointers();
  }

  private paint(frame: Frame, pixels: Pixels): void {
    if (!this.windowKnown) {
      this.look = { ...this.look, window: autoWindow(pixels, frame) };
      this.windowKnown = true;
      this.host.changed(this, this.opened);
    }
    this.surface.draw(frame, pixels, this.look, this.size);
    this.poster.hidden = true;
    this.element.dataset.shown = `${frame.instance_uid}:${frame.frame}`;
  }
}
