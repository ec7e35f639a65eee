/** Who waits, left of the form. */
import { useState } from 'preact/hooks';
import { t } from '../kernel/i18n.ts';
import type { Shown } from './day.ts';
import { Icon } from './icons.tsx';

const MINUTES_EACH = 5;
const ACTIVE = ['waiting', 'called', 'in'];

interface QueueProps {
  rows: readonly Shown[];
  selected: string;
  onSelect: (row: Shown) => void;
  onNew: () => void;
  onSkip: (() => void) | null;
  onRecall: (() => void) | null;
}

export function sexWord(row: Shown): string {
  return row.sex ? { M: t('男'), F: t('女'), O: t('其他') }[row.sex] : '';
}

function minutesSince(moment: string): number {
  return Math.max(0, Math.floor((Date.now() - Date.parse(moment)) / 60_000));
}

function stateWord(row: Shown): string {
  if (row.state === 'in') return t('就诊中');
  if (row.state === 'called') return t('已叫号');
  if (row.state === 'done') return row.case_id ? t('病例') : t('完成');
  if (row.state === 'left') return t('已离开');
  return t('{number} 分', { number: minutesSince(row.registered_at) });
}

function Row({ row, isOn, onSelect }: { row: Shown; isOn: boolean; onSelect: (row: Shown) => void }) {
  const said = [...row.chips.map((chip) => t(chip)), row.complaint].filter(Boolean).join(' ');
  const extra = row.images.length ? t('带片') : '';
  const tone = row.state === 'in' ? 'tag tag-brand' : row.state === 'called' ? 'tag tag-warn' : 'xs faint';
  return (
    <button
      type="button"
      class={isOn ? 'queue-row is-on' : 'queue-row'}
      aria-pressed={isOn}
      onClick={() => onSelect(row)}
    >
      <span class="ticket">{row.ticket ? row.ticket.slice(1) : '—'}</span>
      <span class="queue-who">
        <span class="strong">
          {row.name} {sexWord(row)} {row.age}
        </span>
        <span class="s quiet cut">{[said, extra].filter(Boolean).join(' · ')}</span>
      </span>
      <span class={tone}>{stateWord(row)}</span>
    </button>
  );
}

export function Queue({ rows, selected, onSelect, onNew, onSkip, onRecall }: QueueProps) {
  const [showsOver, setShowsOver] = useState(false);
  const active = rows.filter((row) => ACTIVE.includes(row.state));
  const over = rows.filter((row) => !ACTIVE.includes(row.state)).reverse();
  const waiting = active.filter((row) => row.state === 'waiting').length;
  const list = (shown: readonly Shown[]) =>
    shown.map((row) => <Row key={row.key} row={row} isOn={row.key === selected} onSelect={onSelect} />);
  return (
    <section class="card queue" aria-label={t('候诊')}>
      <header class="card-head">
        <h2>{t('候诊')}</h2>
        <span class="s faint">
          {t('{number} 人 · 约 {minutes} 分钟', { number: waiting, minutes: waiting * MINUTES_EACH })}
        </span>
        <button type="button" class="btn btn-icon push" aria-label={t('登记新患者')} onClick={onNew}>
          <Icon name="plus" />
        </button>
      </header>
      <div class="queue-list">
        {list(active)}
        {active.length === 0 && <p class="queue-none faint">{t('没有人候诊')}</p>}
        {over.length > 0 && (
          <button type="button" class="queue-more" aria-expanded={showsOver} onClick={() => setShowsOver(!showsOver)}>
            {t('已看和离开 {number}', { number: over.length })}
          </button>
        )}
        {showsOver && list(over)}
      </div>
      <div class="queue-actions">
        <button type="button" class="btn btn-l" disabled={!onSkip} onClick={() => onSkip?.()}>
          <Icon name="skip" />
          {t('过号')}
        </button>
        <button type="button" class="btn btn-l" disabled={!onRecall} onClick={() => onRecall?.()}>
          <Icon name="megaphone" />
          {t('再叫')}
        </button>
      </div>
    </section>
  );
}
