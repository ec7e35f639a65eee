/**
 * A viewer in a page: `<div data-viewer="block-id"></div>` and, in the JSON block of that id, what `ViewerProps` says.
 * The series picker is the page's own: elements with `data-open-series="<address>"` open a series when pressed.
 */
import { render } from 'preact';
import { api } from '../kernel/http.ts';
import { t } from '../kernel/i18n.ts';
import { props } from '../kernel/props.ts';
import { make } from './dom.ts';
import { Toolbar } from './Toolbar.tsx';
import type { Person, PreparedSeries } from './types.ts';
import { Viewer } from './viewer.ts';
import './viewer.css';

export interface SeriesLink {
  /** Address of the prepared series, `/api/v1/series/<id>/prepared`. */
  url: string;
  badge?: string;
  lines?: readonly string[];
}

export interface ViewerProps {
  me: Person;
  /** The series shown at first, one for each viewport. */
  series: readonly SeriesLink[];
}

async function show(viewer: Viewer, link: SeriesLink, viewport: number, notice: HTMLElement): Promise<void> {
  notice.textContent = t('正在打开序列…');
  try {
    const series = await api<PreparedSeries>(link.url);
    viewer.open(series, link, viewport);
    notice.textContent = series.notes.map((note) => note.detail).join(' ');
  } catch (error) {
    notice.textContent = (error as Error).message;
  }
}

/** Builds toolbar and viewer into an element and opens what the props name. */
export function mount(host: HTMLElement, { me, series }: ViewerProps): Viewer {
  const bar = make('div');
  const notice = make('p', 'vw-notice');
  notice.setAttribute('role', 'status');
  host.classList.add('vw-page');
  host.append(bar);
  const viewer = new Viewer(host, { me, keys: host, onCompare: () => viewer.setLayout(viewer.layout === 1 ? 2 : 1) });
  host.append(notice);
  render(<Toolbar viewer={viewer} without={['keyImage', 'pointer']} />, bar);
  series.slice(0, 2).forEach((link, viewport) => {
    void show(viewer, link, viewport, notice);
  });
  document.addEventListener('click', (event) => {
    const pressed = (event.target as Element).closest<HTMLElement>('[data-open-series]');
    if (!pressed) return;
    event.preventDefault();
    const { openSeries, badge, lines } = pressed.dataset;
    const link: SeriesLink = {
      url: openSeries ?? '',
      ...(badge ? { badge } : {}),
      lines: lines ? lines.split('\n') : [],
    };
    void show(viewer, link, viewer.ui().active, notice);
  });
  return viewer;
}

for (const host of document.querySelectorAll<HTMLElement>('[data-viewer]')) {
  mount(host, props<ViewerProps>(host.dataset.viewer ?? ''));
}
