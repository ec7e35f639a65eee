/** The viewer of a room and what binds it to the others: leading, following, marks, pointers. */
import type { Annotation, KeyImage, Pointer, ViewState } from '../imaging/types.ts';
import type { Viewer } from '../imaging/viewer.ts';
import { t } from '../kernel/i18n.ts';
import { toast } from '../kernel/toast.ts';
import { Following, Leading, type SharedView } from './follow.ts';
import type { RoomState } from './log.ts';
import type { By, Entry, Signal } from './protocol.ts';

export interface SharedHost {
  me: By;
  state: () => RoomState;
  isLive: () => boolean;
  signal: (type: string, body: Record<string, unknown>) => void;
  post: (type: string, body: Record<string, unknown>) => void;
  /** Whether one follows has changed: the others are told. */
  followed: () => void;
  changed: () => void;
}

export class Shared {
  viewer: Viewer | null = null;
  /** A followed view could not be shown here. */
  blind = false;
  readonly following: Following;
  private readonly host: SharedHost;
  private readonly leading: Leading;

  constructor(host: SharedHost) {
    this.host = host;
    this.leading = new Leading({
      signal: (body) => host.signal('view', body),
      settle: (body) => {
        if (this.isLeader && host.isLive()) host.post('view', body);
      },
    });
    this.following = new Following({
      apply: async (view) => (await this.viewer?.apply(view)) ?? true,
      setLayout: (layout) => this.viewer?.setLayout(layout),
      shown: (ok) => this.see(ok),
      now: () => performance.now(),
    });
  }

  /** Moves everybody's view. */
  get isLeader(): boolean {
    return this.host.state().leader === this.host.me.id;
  }

  // ── the viewer ─────────────────────────────────────────────────────────────────────────────────────────────────

  /** The viewer is there: everybody's marks, and where the leader stands. False when nobody has shown anything yet. */
  attach(viewer: Viewer): boolean {
    this.viewer = viewer;
    this.showMarks();
    const { views, layout } = this.host.state();
    for (const view of Object.values(views)) this.following.settled({ ...view, layout: layout === 2 ? '1x2' : '1x1' });
    return Object.keys(views).length > 0;
  }

  detach(): void {
    this.leading.stop();
    this.viewer = null;
  }

  /** The first pictures are open: whoever leads shows them, whoever follows goes where the leader has gone meanwhile. */
  opened(): void {
    if (this.isLeader) this.shareAll();
    else if (this.following.active && this.following.knows) this.following.resume();
  }

  /** The viewer shows something else now, by this person's own hand or because a linked one moved. */
  looked(state: ViewState, own: boolean): void {
    const { viewer } = this;
    const two = viewer?.layout === 2;
    if (this.isLeader)
      this.leading.tell(state, two ? '1x2' : '1x1', two ? (viewer?.state(1 - state.viewport) ?? null) : null);
    else if (own && this.host.state().leader && this.following.active) this.freeLook();
  }

  /** Opens a key image here and leaves the shared view, unless it is this person's to show. */
  async goTo(image: KeyImage, by: By): Promise<void> {
    if (!this.isLeader) this.freeLook();
    const ok = await this.viewer?.goTo({ ...image, annotations: image.annotations ?? [] }, by);
    if (ok === false) toast(t('这幅图像在这里打不开。'), 'warn');
  }

  freeLook(): void {
    this.following.leave();
    this.host.followed();
  }

  follow(): void {
    this.following.resume();
    this.host.followed();
  }

  annotate(annotation: Annotation): void {
    this.host.post('annotation', { ...annotation });
  }

  sketch(annotation: Annotation | null): void {
    this.host.signal('draw', annotation ? { annotation: { ...annotation } } : { annotation: null });
  }

  pointAt(pointer: Pointer): void {
    this.host.signal('pointer', { ...pointer });
  }

  // ── the others ─────────────────────────────────────────────────────────────────────────────────────────────────

  /** The lead may have changed hands: who loses it writes nothing more, who gets it shows where they stand. */
  leadChanged(ledBefore: boolean): void {
    if (ledBefore && !this.isLeader) this.leading.stop();
    if (!ledBefore && this.isLeader) this.shareAll();
  }

  heed({ type, body, by }: Entry): void {
    if (type === 'view' && by.id !== this.host.me.id) {
      const { annotations: _marks, caption: _caption, ...view } = body;
      this.following.settled(view as unknown as SharedView);
    }
    if (type === 'annotation') this.viewer?.annotator.add(body as unknown as Annotation, by);
    if (type === 'annotation_removed') this.viewer?.annotator.remove(String(body.id));
  }

  hear({ type, body, by }: Signal): void {
    if (type === 'view' && by.id === this.host.state().leader) this.following.heard(body, by.id);
    else if (type === 'pointer') this.viewer?.others.show(body as unknown as Pointer, by);
    else if (type === 'draw') this.viewer?.annotator.showSketch((body.annotation as Annotation | null) ?? null, by);
  }

  gone(person: string): void {
    this.viewer?.others.hide(person);
    this.viewer?.annotator.showSketch(null, { id: person, name: '' });
  }

  showMarks(): void {
    for (const { annotation, by } of this.host.state().marks.values()) this.viewer?.annotator.add(annotation, by);
  }

  private shareAll(): void {
    for (const viewport of this.viewer?.layout === 2 ? [0, 1] : [0]) {
      const state = this.viewer?.state(viewport);
      if (state) this.looked(state, true);
    }
  }

  private see(ok: boolean): void {
    if (this.blind === !ok) return;
    this.blind = !ok;
    this.host.changed();
  }
}
