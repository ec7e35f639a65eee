/** The case's series as small pictures: one press opens one in the active viewport. */
import { useEffect, useReducer } from 'preact/hooks';
import type { Viewer } from '../imaging/viewer.ts';
import { t } from '../kernel/i18n.ts';
import { canShow, type Library, type Place } from './studies.ts';

interface Props {
  library: Library;
  viewer: Viewer;
  onChoose: (place: Place, viewport: number) => void;
}

function Card({ place, shown, onPress }: { place: Place; shown: boolean; onPress: () => void }) {
  const { study, series } = place;
  const words = series.description || study.description || series.modality;
  const name = [study.prior ? t('既往') : t('本次'), study.date ?? '', words, t('{n} 幅', { n: series.frames })];
  const broken = !canShow(series);
  return (
    <li>
      <button
        type="button"
        class="series-card"
        data-series={series.uid}
        aria-pressed={shown}
        title={name.filter(Boolean).join(' ')}
        disabled={broken}
        onClick={onPress}
      >
        {series.poster_url && !broken ? (
          <img src={series.poster_url} alt="" loading="lazy" />
        ) : (
          <span class="no-poster" />
        )}
        {study.prior ? <span class="series-badge">{t('既往')}</span> : null}
        <span class="sr">{study.date}</span>
        <span class="series-words cut">
          {broken ? (series.prepared === 'ready' ? t('不能显示') : t('准备中')) : words}
        </span>
        <span class="series-count">
          {series.frames}
          {series.prepared === 'waiting' ? '+' : ''}
        </span>
      </button>
    </li>
  );
}

export function SeriesStrip({ library, viewer, onChoose }: Props) {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => viewer.subscribe(() => redraw(undefined)), [viewer]);
  const { active, layout } = viewer.ui();
  const open = [0, layout === 2 ? 1 : 0].map((viewport) => viewer.state(viewport)?.series_uid);
  return (
    <nav class="series-strip" aria-label={t('序列')}>
      <ul>
        {library.places().map((place) => (
          <Card
            key={place.series.id}
            place={place}
            shown={open.includes(place.series.uid)}
            onPress={() => onChoose(place, active)}
          />
        ))}
      </ul>
    </nav>
  );
}
