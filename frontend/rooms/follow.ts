/**
 * The shared view. Who leads sends each change at once as a signal (newest wins) and, after a rest, as an entry that
 * stays; who follows shows the newest of both. Free look moves nobody else.
 */
import { gate } from '../imaging/pointing.ts';
import type { ViewChange, ViewState } from '../imaging/types.ts';

/** 30 signals a second. */
const GAP_MS = 34;
/** How long a view must rest until it is written down. */
const REST_MS = 400;
/** A settled view that comes this soon after a signal is older than what is shown. */
const MOVING_MS = 300;

export type Layout = '1x1' | '1x2';

export interface SharedView extends ViewChange {
  layout?: Layout;
}

export interface LeadHost {
  signal: (body: Record<string, unknown>) => void;
  /** Writes the settled view. */
  settle: (body: Record<string, unknown>) => void;
}

/** The leader's side. Both viewports go in one signal: a slow reader keeps only the newest of each sender. */
export class Leading {
  private readonly host: LeadHost;
  private readonly send: (body: Record<string, unknown>) => void;
  private readonly rests = new Map<number, ReturnType<typeof setTimeout>>();
  private count = 0;

  constructor(host: LeadHost) {
    this.host = host;
    this.send = gate(GAP_MS, (body: Record<string, unknown>) => {
      // Rises over reloads of the page too: others drop what is not newer.
      this.count = Math.max(this.count + 1, Date.now());
      host.signal({ ...body, n: this.count });
    });
  }

  /** The leader sees something else now; `other` is what the second viewport shows, if there is one. */
  tell(state: ViewState, layout: Layout, other: ViewState | null): void {
    const view: SharedView = { ...state, layout };
    this.send(other ? { ...view, pair: other } : { ...view });
    clearTimeout(this.rests.get(state.viewport));
    this.rests.set(
      state.viewport,
      setTimeout(() => this.host.settle({ ...view }), REST_MS),
    );
  }

  /** Leading is over: nothing is written any more. */
  stop(): void {
    for (const timer of this.rests.values()) clearTimeout(timer);
    this.rests.clear();
  }
}

export interface FollowHost {
  apply: (view: ViewChange) => Promise<boolean>;
  setLayout: (layout: 1 | 2) => void;
  /** A followed view could, or could not, be shown here. */
  shown: (ok: boolean) => void;
  now: () => number;
}

/** The followers' side. */
export class Following {
  active = true;
  private readonly host: FollowHost;
  private readonly newest = new Map<number, SharedView>();
  private readonly counts = new Map<string, number>();
  private readonly heardAt = new Map<number, number>();
  private readonly due = new Set<number>();
  private busy = false;

  constructor(host: FollowHost) {
    this.host = host;
  }

  /** A signal of the leader. */
  heard(body: Record<string, unknown>, by: string): void {
    const { n, pair, ...view } = body as unknown as SharedView & { n?: number; pair?: ViewChange };
    if (n !== undefined && n <= (this.counts.get(by) ?? 0)) return;
    if (n !== undefined) this.counts.set(by, n);
    for (const each of pair ? [pair, view] : [view]) {
      this.heardAt.set(each.viewport ?? 0, this.host.now());
      this.take(view.layout ? { ...each, layout: view.layout } : each);
    }
  }

  /** A view from the log. */
  settled(view: SharedView): void {
    const heard = this.heardAt.get(view.viewport ?? 0);
    if (heard !== undefined && this.host.now() - heard < MOVING_MS) return;
    this.take(view);
  }

  /** Whether the leader has shown anything. */
  get knows(): boolean {
    return this.newest.size > 0;
  }

  leave(): void {
    this.active = false;
    this.due.clear();
  }

  /** Back to what the leader shows. */
  resume(): void {
    this.active = true;
    for (const viewport of this.newest.keys()) this.due.add(viewport);
    void this.pump();
  }

  private take(view: SharedView): void {
    const viewport = view.viewport ?? 0;
    this.newest.set(viewport, view);
    if (view.layout === '1x1') this.newest.delete(1);
    if (!this.active) return;
    this.due.add(viewport);
    void this.pump();
  }

  /** One at a time: a series that is still on its way must not overtake what came after it. */
  private async pump(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      for (let viewport = this.next(); viewport !== undefined; viewport = this.next()) {
        this.due.delete(viewport);
        const view = this.newest.get(viewport);
        if (!view) continue;
        const { layout, ...change } = view;
        if (layout) this.host.setLayout(layout === '1x2' ? 2 : 1);
        this.host.shown(await this.host.apply(change));
      }
    } finally {
      this.busy = false;
    }
  }

  private next(): number | undefined {
    return this.due.values().next().value;
  }
}
