/** The words over a picture: captions, slice, window, letters, value, warnings; and the scroll bar. */
import { t } from '../kernel/i18n.ts';
import { make, say } from './dom.ts';
import type { Edges } from './geometry.ts';
import type { Frame, ViewState } from './types.ts';

/** What the host says about a series; never written by the viewer itself. */
export interface Caption {
  /** A short mark such as "既往 · 5 周前". */
  badge?: string;
  lines?: readonly string[];
}

export interface OverlayFacts {
  caption: Caption;
  frame: Frame;
  index: number;
  total: number;
  /** False while slices still arrive. */
  complete: boolean;
  view: ViewState;
  edges: Edges | null;
  value: string;
  waiting: boolean;
  trouble: string;
}

const number = (value: number) => String(Math.round(value * 100) / 100);

function views({ frame, view }: OverlayFacts): string {
  const parts = [frame.thickness_mm ? t('层厚 {mm} mm', { mm: frame.thickness_mm.toFixed(1) }) : ''];
  parts.push(t('缩放 {percent}%', { percent: Math.round(view.zoom * 100) }));
  return parts.filter(Boolean).join(' · ');
}

export class Overlay {
  readonly element = make('div', 'vw-over');
  readonly bar = make('div', 'vw-bar');
  readonly retry = make('button', 'vw-retry');
  private readonly badge = make('span', 'vw-badge');
  private readonly caption = make('div');
  private readonly slice = make('div');
  private readonly lossy = make('span', 'vw-flag', t('有损压缩'));
  private readonly window = make('div');
  private readonly rest = make('div');
  private readonly value = make('div', 'vw-corner br');
  private readonly mark = make('div', 'vw-wait');
  private readonly trouble = make('div', 'vw-trouble');
  private readonly sentence = make('p');
  private readonly edge = { top: make('b', 'n'), right: make('b', 'e'), bottom: make('b', 's'), left: make('b', 'w') };
  private readonly thumb = make('b');
  private readonly arrived = make('i');
  private readonly ticks = make('span');

  constructor() {
    const corners = {
      tl: make('div', 'vw-corner tl'),
      tr: make('div', 'vw-corner tr'),
      bl: make('div', 'vw-corner bl'),
    };
    corners.tl.append(this.badge, this.caption);
    corners.tr.append(this.slice, this.lossy, make('div', 'vw-note', t('会诊参考，非诊断显示')));
    corners.bl.append(this.window, this.rest);
    this.retry.type = 'button';
    this.retry.textContent = t('重试');
    this.trouble.setAttribute('role', 'alert');
    this.trouble.append(this.sentence, this.retry);
    this.bar.append(this.arrived, this.ticks, this.thumb);
    const letters = make('div', 'vw-letters');
    letters.append(...Object.values(this.edge));
    this.element.append(...Object.values(corners), this.value, letters, this.mark, this.trouble, this.bar);
  }

  draw(facts: OverlayFacts): void {
    this.describe(facts);
    const { edges } = facts;
    for (const side of ['top', 'right', 'bottom', 'left'] as const) say(this.edge[side], edges ? edges[side] : '');
    say(this.value, facts.value);
    this.value.hidden = facts.value === '';
    this.mark.hidden = !facts.waiting || facts.trouble !== '';
    say(this.mark, facts.waiting ? t('正在取第 {n} 幅…', { n: facts.index + 1 }) : '');
    this.trouble.hidden = facts.trouble === '';
    say(this.sentence, facts.trouble);
    const share = facts.total > 1 ? facts.index / (facts.total - 1) : 0;
    this.bar.hidden = facts.total < 2;
    this.thumb.style.top = `calc(${share * 100}% - ${share * 4}px)`;
  }

  /** Scroll bar: how much has arrived, and where the others point. */
  drawBar(arrived: number, total: number, ticks: readonly { share: number; colour: number; name: string }[]): void {
    this.arrived.style.height = `${total ? (arrived / total) * 100 : 0}%`;
    if (ticks.length === 0 && !this.ticks.firstChild) return;
    this.ticks.replaceChildren(
      ...ticks.map((tick) => {
        const dot = make('em', `p${tick.colour}`);
        dot.title = tick.name;
        dot.style.top = `calc(${tick.share * 100}% - 4px)`;
        return dot;
      }),
    );
  }

  private describe(facts: OverlayFacts): void {
    const { caption, frame, view } = facts;
    say(this.badge, caption.badge ?? '');
    this.badge.hidden = !caption.badge;
    const lines = (caption.lines ?? []).join('\n');
    if (this.caption.dataset.said !== lines) {
      this.caption.dataset.said = lines;
      this.caption.replaceChildren(...(caption.lines ?? []).map((line) => make('div', '', line)));
    }
    const place = { n: facts.index + 1, m: facts.total };
    const where = frame.position_mm ? t('层 {n} / {m}', place) : t('图 {n} / {m}', place);
    say(this.slice, facts.complete ? where : `${where} · ${t('未完，还在到达')}`);
    this.lossy.hidden = !frame.lossy;
    // A picture without a window of its own has none until its values are here.
    const [c, w] = view.window;
    say(this.window, w > 0 ? t('窗宽 {w} 窗位 {c}', { w: number(w), c: number(c) }) : '');
    say(this.rest, views(facts));
  }
}
