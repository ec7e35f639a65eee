/**
 * The viewer: one or two viewports, tools, marks, pointers, linked scrolling. No framework; a page creates it on an
 * element, opens series in it and listens. `ViewState` decides what a viewport shows: `state()` reads, `apply()` writes.
 */
import { t } from '../kernel/i18n.ts';
import { Annotator } from './annotator.ts';
import { FrameCache } from './cache.ts';
import { Cine, seriesFps } from './cine.ts';
import { run } from './commands.ts';
import { askText, Help } from './dialogs.ts';
import { make } from './dom.ts';
import { faceOf, type ViewerUi } from './face.ts';
import { Gestures } from './gestures.ts';
import { type Action, actionOf } from './keys.ts';
import { type Link, linked, makeLink, reversed } from './link.ts';
import { Others } from './others.ts';
import type { Caption } from './overlay.ts';
import { type Cause, type Look, Stage, type StageHost } from './stage.ts';
import { TOOLS } from './tools/index.ts';
import type { Bench, Tool, ToolName } from './tools/tool.ts';
import type { Annotation, KeyImage, Person, Pointer, PreparedSeries, ViewChange, ViewState } from './types.ts';
import { presets } from './window.ts';

export type { ViewerUi };

export interface ViewerOptions {
  me: Person;
  /** A person's colour, 1–6; without it, in the order in which people appear. */
  colourOf?: (person: string) => number;
  /** Where keys are listened to: the viewer's own element if not said; a room gives `document`. */
  keys?: HTMLElement | Document;
  /** Bytes of frames kept in memory (400 MB). */
  memory?: number;
  /** Finds a series that `apply` or `goTo` names and no viewport shows; null: the person may not see it. */
  resolve?: (view: {
    study_uid: string;
    series_uid: string;
  }) => Promise<{ series: PreparedSeries; caption?: Caption } | null>;
  onChange?: (state: ViewState, cause: Cause) => void;
  /** Frames in memory of all that is shown; one series in both viewports counts once. */
  onProgress?: (arrived: number, total: number) => void;
  onAnnotate?: (annotation: Annotation) => void;
  onRemove?: (id: string) => void;
  onSketch?: (annotation: Annotation | null) => void;
  onPointer?: (pointer: Pointer) => void;
  onKeyImage?: () => void;
  onCompare?: () => void;
}

/** Thumbnails of key images, as data URLs. */
const THUMBNAIL_LIMIT = 12_000;

export class Viewer implements StageHost {
  readonly element = make('div', 'vw');
  readonly cache: FrameCache;
  readonly annotator: Annotator;
  readonly others: Others;
  readonly cine = new Cine();
  private readonly host: HTMLElement;
  private readonly options: ViewerOptions;
  private readonly help = new Help();
  private readonly box = make('div', 'vw-views');
  private readonly listeners = new Set<() => void>();
  private readonly hands: Gestures[] = [];
  private stages: Stage[] = [];
  private activeNumber = 0;
  private toolName: ToolName = 'scroll';
  private link: Link | null = null;
  private asked = 0;
  private told = false;
  private faceTold = '';
  private readonly onKey = (event: KeyboardEvent) => this.key(event);
  private readonly onFull = () => this.tell();

  constructor(host: HTMLElement, options: ViewerOptions) {
    this.host = host;
    this.options = options;
    this.cache = new FrameCache(options.memory);
    const redraw = () => this.redraw();
    this.annotator = new Annotator({ ...options, redraw });
    const colour = (person: string) => this.annotator.colour(person);
    this.others = new Others({ colour, stages: () => this.stages, onPointer: options.onPointer });
    this.element.tabIndex = 0;
    this.element.setAttribute('role', 'group');
    this.element.setAttribute('aria-label', t('影像，按问号键看快捷键'));
    this.element.append(this.box, this.help.dialog);
    host.append(this.element);
    this.addStage();
    // In the capture phase: where a room gives `document`, the viewer's `?` comes before the page's own.
    this.keyTarget().addEventListener('keydown', this.onKey as EventListener, true);
    document.addEventListener('fullscreenchange', this.onFull);
    this.setTool('scroll');
  }

  // ── what is shown ──────────────────────────────────────────────────────────────────────────────────────────────

  get layout(): 1 | 2 {
    return this.stages.length === 2 ? 2 : 1;
  }

  get stage(): Stage {
    return this.stages[this.activeNumber] as Stage;
  }

  get tool(): Tool {
    return TOOLS[this.toolName];
  }

  get concurrency(): number {
    return 6 / this.layout;
  }

  /** Shows a series in a viewport; the second one appears when it is asked for. */
  open(series: PreparedSeries, caption: Caption = {}, viewport = this.activeNumber, cause: Cause = 'user'): void {
    if (viewport === 1) this.setLayout(2);
    this.link = null;
    this.cine.stop();
    this.stages[viewport]?.open(series, caption, cause);
  }

  /** More slices of a series came: wherever it is shown, it grows. False when it is shown nowhere. */
  renew(series: PreparedSeries): boolean {
    const showing = this.stages.filter((stage) => stage.series?.series_uid === series.series_uid);
    for (const stage of showing) stage.renew(series);
    return showing.length > 0;
  }

  setLayout(layout: 1 | 2): void {
    if (layout === this.layout) return;
    this.link = null;
    this.cine.stop();
    if (layout === 2) this.addStage();
    else {
      this.stages.pop()?.close();
      this.hands.pop();
      this.activeNumber = 0;
    }
    for (const stage of this.stages) if (stage.loader) stage.loader.concurrency = this.concurrency;
    this.activate(this.stage);
    this.arrived();
  }

  state(viewport = this.activeNumber): ViewState | null {
    return this.stages[viewport]?.state() ?? null;
  }

  /** Shows what someone else saw. False when the series or the slice is not to be had here. */
  async apply(view: ViewChange, cause: Cause = 'remote'): Promise<boolean> {
    this.asked += 1;
    const mine = this.asked;
    const number = view.viewport === 1 ? 1 : view.viewport === 0 ? 0 : this.activeNumber;
    if (this.stages[number]?.series?.series_uid !== view.series_uid) {
      const found = await this.options.resolve?.(view);
      // A newer call overtook this one while the series was on its way.
      if (mine !== this.asked) return true;
      if (!found) return false;
      this.open(found.series, found.caption, number, cause);
    }
    const stage = this.stages[number] as Stage;
    const index = stage.find(view.instance_uid, view.frame);
    if (index < 0) return false;
    stage.go(index, cause);
    stage.set(lookOf(view), cause);
    return true;
  }

  /** The picture as it stands, for the record: with everybody's marks on it, and a JPEG of at most 12 kB. */
  keyImage(caption?: string): { key: KeyImage; thumbnail: string | null } | null {
    const state = this.state();
    if (!state) return null;
    const { study_uid, series_uid, instance_uid, frame, window } = state;
    const annotations = this.annotator.book.on(instance_uid, frame).map((entry) => entry.annotation);
    const key: KeyImage = { study_uid, series_uid, instance_uid, frame, window, annotations };
    return { key: caption ? { ...key, caption } : key, thumbnail: this.stage.thumbnail(THUMBNAIL_LIMIT) };
  }

  /** Opens a key image in the active viewport; its marks are shown, named after `by`. */
  async goTo(key: KeyImage, by: Person = { id: '', name: '' }): Promise<boolean> {
    for (const mark of key.annotations) this.annotator.add(mark, by);
    const { study_uid, series_uid, instance_uid, frame, window } = key;
    return this.apply({ study_uid, series_uid, instance_uid, frame, window }, 'user');
  }

  // ── how it is worked ───────────────────────────────────────────────────────────────────────────────────────────

  setTool(name: ToolName): void {
    for (const hand of this.hands) hand.cancel();
    this.toolName = name;
    this.element.dataset.tool = name;
    this.box.style.cursor = this.tool.cursor;
    this.tell();
  }

  activate(stage: Stage): void {
    this.activeNumber = Math.max(0, this.stages.indexOf(stage));
    this.element.dataset.layout = String(this.layout);
    for (const one of this.stages) one.element.classList.toggle('on', one === stage);
    this.tell();
  }

  activateOther(): void {
    const other = this.stages[1 - this.activeNumber];
    if (other) this.activate(other);
  }

  /** Links the two viewports as they stand, or frees them. */
  toggleLink(): void {
    const [one, two] = this.stages;
    const stacks = one?.series && two?.series ? ([one.series.frames, two.series.frames] as const) : null;
    this.link = this.link || !stacks ? null : makeLink(stacks[0], one?.index ?? 0, stacks[1], two?.index ?? 0);
    this.tell();
  }

  play(fps = seriesFps(this.stage)): void {
    if (this.stage.total > 1) this.cine.play(this.stage, fps);
    this.tell();
  }

  pause(): void {
    this.cine.stop();
    this.tell();
  }

  /** Fetches again what failed: the line is back. */
  retry(): void {
    for (const stage of this.stages) stage.loader?.retry();
  }

  toggleHelp(): void {
    this.help.toggle();
  }

  /** The element the viewer stands in, with the toolbar if it is in there too. */
  toggleFullscreen(): void {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void this.host.requestFullscreen();
  }

  run(action: Action): void {
    if (action.do === 'keyImage') this.options.onKeyImage?.();
    else if (action.do === 'compare') this.options.onCompare?.();
    else run(this, action);
  }

  cancel(): void {
    for (const hand of this.hands) hand.cancel();
    this.annotator.select(null);
  }

  // ── for toolbars ───────────────────────────────────────────────────────────────────────────────────────────────

  ui(): ViewerUi {
    const { stage } = this;
    return {
      tool: this.toolName,
      layout: this.layout,
      active: this.activeNumber,
      state: stage.state(),
      presets: stage.series ? presets(stage.series) : [],
      total: stage.total,
      progress: this.progress(),
      playing: this.cine.playing,
      fps: this.cine.playing ? this.cine.fps : seriesFps(stage),
      link: this.link?.kind ?? null,
      selected: this.annotator.selected !== null,
      fullscreen: document.fullscreenElement === this.host,
    };
  }

  /** Calls back when `ui()` says something else than the slice, at most once a display beat; returns the way to stop. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    this.faceTold = '';
    return () => this.listeners.delete(listener);
  }

  close(): void {
    this.cine.stop();
    this.others.close();
    for (const stage of this.stages) stage.close();
    this.keyTarget().removeEventListener('keydown', this.onKey as EventListener, true);
    document.removeEventListener('fullscreenchange', this.onFull);
    this.element.remove();
  }

  // ── asked by the viewports ─────────────────────────────────────────────────────────────────────────────────────

  marks(stage: Stage) {
    return this.annotator.marks(stage);
  }

  pointers(stage: Stage) {
    return this.others.on(stage);
  }

  ticks(stage: Stage) {
    return this.others.ticks(stage);
  }

  changed(stage: Stage, cause: Cause): void {
    if (cause === 'user' && this.cine.playing) this.cine.stop();
    const other = this.stages[1 - this.stages.indexOf(stage)];
    if (this.link && other && cause !== 'linked' && stage.series && other.series) {
      const link = stage.number === 0 ? this.link : reversed(this.link);
      other.go(linked(link, stage.series.frames, stage.index, other.series.frames), 'linked');
    }
    const state = stage.state();
    if (state) this.options.onChange?.(state, cause);
    this.tell();
  }

  arrived(): void {
    const { arrived, total } = this.progress();
    this.options.onProgress?.(arrived, total);
    this.tell();
  }

  private progress(): { arrived: number; total: number } {
    const shown = new Map(this.stages.map((stage) => [stage.series?.series_uid, stage.loader?.progress()]));
    const sum = (of: 'arrived' | 'total') => [...shown.values()].reduce((all, one) => all + (one?.[of] ?? 0), 0);
    return { arrived: sum('arrived'), total: sum('total') };
  }

  select(id: string | null): void {
    this.annotator.select(id);
  }

  bench(stage: Stage): Bench {
    return {
      stage,
      draft: (mark) => this.annotator.sketch(mark),
      commit: (mark) => this.annotator.commit(mark),
      ask: (at) => askText(stage.element, at).finally(() => this.element.focus()),
      point: (image) => {
        const { frame } = stage;
        if (!image || !frame || this.toolName !== 'pointer') return;
        const [x, y] = image.map((part) => Math.round(part * 10) / 10) as [number, number];
        this.others.tell({ viewport: stage.number, instance_uid: frame.instance_uid, frame: frame.frame, x, y });
      },
    };
  }

  private addStage(): void {
    const stage = new Stage(this.stages.length, this);
    this.stages.push(stage);
    this.hands.push(new Gestures(stage, this));
    this.box.append(stage.element);
    this.activate(this.stage);
  }

  private redraw(): void {
    for (const stage of this.stages) stage.invalidate();
    this.tell();
  }

  private tell(): void {
    if (this.told || this.listeners.size === 0) return;
    this.told = true;
    requestAnimationFrame(() => {
      this.told = false;
      // Scrolling changes the slice 60 times a second, and nothing that a toolbar shows.
      const face = faceOf(this.ui(), this.stages);
      if (face === this.faceTold) return;
      this.faceTold = face;
      for (const listener of this.listeners) listener();
    });
  }

  private keyTarget(): HTMLElement | Document {
    return this.options.keys ?? this.element;
  }

  private key(event: KeyboardEvent): void {
    const target = event.target as Element;
    if (event.defaultPrevented || event.isComposing || document.querySelector('dialog[open]')) return;
    if (target.closest('input, textarea, select, [contenteditable], dialog')) return;
    // The space bar and arrows keep their meaning on buttons and in menus.
    if (event.key === ' ' && target.closest('button, a, summary')) return;
    const action = actionOf(event);
    if (!action) return;
    event.preventDefault();
    this.run(action);
  }
}

/** Only what the sender said; the rest of the look stays. */
function lookOf(view: ViewChange): Partial<Look> {
  const { window, zoom, pan, rotate, flip, invert } = view;
  const all = { window, zoom, pan, rotate, flip, invert };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== null));
}
