/** The case's images: which series there are, their prepared form, what to open first. */
import { openedAt } from '../imaging/order.ts';
import type { Caption } from '../imaging/overlay.ts';
import type { PreparedSeries } from '../imaging/types.ts';
import { api } from '../kernel/http.ts';
import { t } from '../kernel/i18n.ts';

const GROWING_MS = 2000;

export interface SeriesCard {
  id: string;
  uid: string;
  number: number | string | null;
  description: string;
  modality: string;
  instances: number;
  /** `ready`, or what is still to be done before it can be shown. */
  prepared: string;
  frames: number;
  /** How many of `frames` can be shown. */
  shown: number;
  poster_url: string | null;
}

export interface Study {
  study_uid: string;
  modality: string;
  date: string | null;
  description: string;
  series: number;
  instances: number;
  prior: boolean;
  series_list: SeriesCard[];
}

export interface Place {
  study: Study;
  series: SeriesCard;
}

/** `2026-10-16` → `5 周前`, measured from the present study. */
export function distance(from: string, to: string): string {
  const days = Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
  if (!Number.isFinite(days) || days <= 0) return '';
  if (days < 14) return t('{n} 天前', { n: days });
  if (days < 92) return t('{n} 周前', { n: Math.round(days / 7) });
  if (days < 730) return t('{n} 个月前', { n: Math.round(days / 30.4) });
  return t('{n} 年前', { n: Math.round(days / 365.25) });
}

/** A series that still arrives is shown as far as it has come. */
export const canShow = (series: SeriesCard) => series.prepared !== 'failed' && series.shown > 0;

/** The most telling series of a study: the one with the most pictures. */
export function mainSeries(study: Study): SeriesCard | null {
  const shown = study.series_list.filter(canShow);
  return shown.reduce<SeriesCard | null>((best, one) => (best && best.frames >= one.frames ? best : one), null);
}

/** What to open: the newest study of this illness, and beside it the newest prior, of the same kind if there is one. */
export function opening(studies: readonly Study[]): { current: Place | null; prior: Place | null } {
  const placed = studies
    .flatMap((study) => {
      const series = mainSeries(study);
      return series ? [{ study, series }] : [];
    })
    .sort((a, b) => (b.study.date ?? '').localeCompare(a.study.date ?? ''));
  const current = placed.find(({ study }) => !study.prior) ?? placed[0] ?? null;
  const priors = placed.filter(({ study }) => study.prior && study !== current?.study);
  const prior = priors.find(({ study }) => study.modality === current?.study.modality) ?? priors[0] ?? null;
  return { current, prior };
}

/** The prepared series of this room, each asked for once. */
export class Library {
  private readonly known = new Map<string, Promise<PreparedSeries>>();
  private readonly growing = new Set<string>();
  private list: readonly Study[] = [];
  private reload: (() => Promise<readonly Study[]>) | null;
  private readonly query: string;
  /** The patient, as the picture's corner names them. */
  private patient = '';

  /** `caseId`: whose room it is; who sees more of a series elsewhere is shown here what the case shows. */
  constructor(reload: (() => Promise<readonly Study[]>) | null, caseId: string) {
    this.reload = reload;
    this.query = reload ? `?case=${encodeURIComponent(caseId)}` : '';
  }

  get studies(): readonly Study[] {
    return this.list;
  }

  set(studies: readonly Study[], patient: string): void {
    this.list = studies;
    this.patient = patient;
  }

  places(): Place[] {
    return this.list.flatMap((study) => study.series_list.map((series) => ({ study, series })));
  }

  prepared(id: string): Promise<PreparedSeries> {
    const known = this.known.get(id);
    if (known) return known;
    const asked = api<PreparedSeries>(`/api/v1/series/${encodeURIComponent(id)}/prepared${this.query}`);
    this.known.set(id, asked);
    asked.then(
      (series) => series.complete === false && this.known.delete(id),
      () => this.known.delete(id),
    );
    return asked;
  }

  /** The table and the middle slice of what is opened first: the browser keeps them until they are asked for. */
  async fetchAhead(): Promise<void> {
    const { current } = opening(this.list);
    const series = current && (await this.prepared(current.series.id).catch(() => null));
    const url = series?.frames[openedAt(series.frames)]?.url;
    if (url) await fetch(url, { credentials: 'same-origin' }).catch(() => null);
  }

  caption({ study }: Place): Caption {
    const current = opening(this.list).current?.study;
    const ago = study.prior && study.date && current?.date ? distance(study.date, current.date) : '';
    const badge = study.prior ? [t('既往'), ago].filter(Boolean).join(' · ') : '';
    const line = [study.date ?? '', study.description || study.modality].filter(Boolean).join(' ');
    return { ...(badge ? { badge } : {}), lines: [this.patient, line].filter(Boolean) };
  }

  async open(place: Place): Promise<{ series: PreparedSeries; caption: Caption }> {
    return { series: await this.prepared(place.series.id), caption: this.caption(place) };
  }

  /** Finds a series that someone else shows; asks once more for the list, it may just have arrived. */
  async resolve(view: { series_uid: string }): Promise<{ series: PreparedSeries; caption: Caption } | null> {
    const place = this.find(view.series_uid) ?? (await this.lookAgain(view.series_uid));
    if (!place) return null;
    return this.open(place).catch(() => null);
  }

  find(seriesUid: string): Place | null {
    return this.places().find(({ series }) => series.uid === seriesUid) ?? null;
  }

  /** Brings the slices that came since, until the series is whole or `show` says that nobody looks at it. */
  grow(series: PreparedSeries, show: (more: PreparedSeries) => boolean): void {
    const place = this.find(series.series_uid);
    if (series.complete !== false || !place || this.growing.has(place.series.id)) return;
    this.growing.add(place.series.id);
    setTimeout(async () => {
      const more = await this.prepared(place.series.id).catch(() => series);
      this.growing.delete(place.series.id);
      if (more === series || show(more)) this.grow(more, show);
    }, GROWING_MS);
  }

  private async lookAgain(seriesUid: string): Promise<Place | null> {
    if (!this.reload) return null;
    this.list = await this.reload().catch(() => this.list);
    return this.find(seriesUid);
  }
}
