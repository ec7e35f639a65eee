/** The left side during a meeting: the running item's clock, the agenda, who wants to speak. */
import { useEffect, useState } from 'preact/hooks';
import { t } from '../kernel/i18n.ts';
import { type AgendaItem, clock, type Meeting, nextItem } from './agenda.ts';
import { Icon } from './icons.tsx';
import { Avatar } from './people.tsx';
import type { Room } from './room.ts';
import { outcomeWord } from './words.ts';

export interface AgendaActions {
  extend: () => void;
  /** Opens the dialog that ends the running item and begins the next. */
  next: () => void;
  start: (item: AgendaItem) => void;
  begin: () => void;
  end: () => void;
  standIn: () => void;
}

/** Draws again each second. */
function useSecond(): void {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 1000);
    return () => clearInterval(timer);
  }, []);
}

function Now({ room, isLast, actions }: { room: Room; isLast: boolean; actions: AgendaActions }) {
  useSecond();
  const { item } = room.state;
  if (!item) return null;
  const used = Math.max(0, (room.now() - Date.parse(item.startedAt)) / 1000);
  const budget = item.minutes * 60;
  const left = budget - used;
  const over = left < 0;
  const share = budget > 0 ? Math.min(100, (used / budget) * 100) : 0;
  const leftWords = over
    ? t('超时 {time}', { time: clock(-left) })
    : t('剩 {m} 分 {s} 秒', { m: Math.floor(left / 60), s: Math.floor(left % 60) });
  return (
    <section class={`agenda-now${over ? ' is-over' : ''}`} aria-label={t('本例用时')} id="item-clock">
      <div class="row">
        <span class="xs agenda-now-label">{t('本例已用 / 预算')}</span>
        <span class={`tag push ${over ? 'tag-bad' : 'tag-warn'}`}>{leftWords}</span>
      </div>
      <div class="time-used">
        {clock(used)} <span class="time-budget">/ {clock(budget)}</span>
      </div>
      <div class={`bar${over ? ' bar-bad' : ''}`} aria-hidden="true">
        <i style={{ width: `${share}%` }} />
      </div>
      {room.mayLead ? (
        <div class="row">
          <button type="button" class="btn" id="item-extend" onClick={actions.extend}>
            {t('加 3 分钟')}
          </button>
          <button type="button" class="btn btn-primary" id="item-next" data-key="n" onClick={actions.next}>
            {isLast ? t('结束本例') : t('下一例')} <kbd>N</kbd>
          </button>
        </div>
      ) : null}
    </section>
  );
}

function noteOf(item: AgendaItem): string {
  const hospital = item.case?.hospital?.name ?? '';
  if (item.state === 'finished') return [hospital, outcomeWord(item.outcome ?? '')].filter(Boolean).join(' · ');
  if (item.state === 'running') return [hospital, item.presenter?.name].filter(Boolean).join(' · ');
  const lack = item.missing.length > 0 ? t('缺 {n} 项', { n: item.missing.length }) : '';
  const score = item.score === null || item.score === undefined ? '' : t('完备 {n}', { n: item.score });
  return [hospital, lack || score].filter(Boolean).join(' · ');
}

function timeOf(item: AgendaItem): string {
  if (item.state !== 'finished') return `${item.minutes}′`;
  if (!item.started_at || !item.finished_at) return '';
  return clock((Date.parse(item.finished_at) - Date.parse(item.started_at)) / 1000);
}

function Item({ item, room, onStart }: { item: AgendaItem; room: Room; onStart: (() => void) | null }) {
  const running = item.state === 'running';
  const title = item.case?.title ?? t('其他病例');
  const kind = running ? 'is-now' : item.state === 'finished' ? 'is-done' : '';
  const here = item.room_id === room.facts.id;
  return (
    <li class={kind} data-item={item.id} data-state={item.state} aria-current={running ? 'step' : undefined}>
      <span class="no">{item.state === 'finished' ? <Icon name="check" /> : item.position}</span>
      <div class="agenda-words">
        {item.room_id && !here ? (
          <a class={running ? 'strong' : 'cut'} href={`/rooms/${item.room_id}`}>
            {title}
          </a>
        ) : (
          <span class={running ? 'strong' : 'cut'}>{title}</span>
        )}
        <span class={`xs ${item.missing.length > 0 && item.state === 'planned' ? 'warn' : 'faint'}`}>
          {noteOf(item)}
        </span>
        {onStart ? (
          <button type="button" class="btn agenda-start" data-start={item.id} onClick={onStart}>
            {t('开始这例')}
          </button>
        ) : null}
      </div>
      <span class="xs faint nowrap">{timeOf(item)}</span>
    </li>
  );
}

/** What a meeting needs when nothing runs: begin, end, stand in for the chair. */
function MeetingActions({ room, meeting, actions }: { room: Room; meeting: Meeting; actions: AgendaActions }) {
  const may = (action: string) => meeting.allowed.includes(action);
  const chairHere = room.members.some((one) => one.id === meeting.chair?.id && one.state !== 'lost');
  const leads = (meeting.stand_in?.id ?? meeting.chair?.id) === room.me.id;
  const canStandIn = may('stand_in') && !leads && (!chairHere || meeting.chair?.id === room.me.id);
  const done = !meeting.agenda.some((item) => item.state !== 'finished');
  const canEnd = may('end') && !meeting.agenda.some((item) => item.state === 'running');
  if (!(may('start') || canStandIn || canEnd)) return null;
  return (
    <div class="agenda-actions">
      {may('start') ? (
        <button type="button" class="btn btn-primary" id="meeting-start" onClick={actions.begin}>
          {t('开始会议')}
        </button>
      ) : null}
      {canStandIn ? (
        <button type="button" class="btn" id="stand-in" onClick={actions.standIn}>
          {meeting.chair?.id === room.me.id ? t('收回主持') : t('代为主持')}
        </button>
      ) : null}
      {canEnd ? (
        <button type="button" class={done ? 'btn btn-primary' : 'btn'} id="meeting-end" onClick={actions.end}>
          {t('结束会议')}
        </button>
      ) : null}
    </div>
  );
}

export function Speakers({ room }: { room: Room }) {
  const { hands } = room.state;
  return (
    <section class="speakers" aria-label={t('发言顺序')} id="speakers">
      <div class="room-caption speakers-caption">
        <Icon name="hand" />
        <h2>{t('发言顺序')}</h2>
        {hands.length > 0 ? <span class="push">{hands.length}</span> : null}
      </div>
      {hands.length === 0 ? <p class="xs faint">{t('没有人举手')}</p> : null}
      <ol>
        {hands.map((hand, at) => (
          <li key={hand.person} data-hand={hand.person}>
            <Avatar person={{ id: hand.person, name: hand.name }} />
            <span class="grow cut">{hand.name}</span>
            {room.mayLead ? (
              <>
                {hand.granted ? null : (
                  <button
                    type="button"
                    class="btn btn-quiet"
                    onClick={() => room.post('hand', { action: 'grant', person: hand.person })}
                  >
                    {t('请发言')}
                  </button>
                )}
                <button
                  type="button"
                  class="btn btn-quiet btn-icon"
                  aria-label={t('放下{name}的手', { name: hand.name })}
                  onClick={() => room.post('hand', { action: 'lower', person: hand.person })}
                >
                  <Icon name="check" />
                </button>
              </>
            ) : (
              <span class={`xs ${hand.granted ? 'ok' : 'faint'}`}>{hand.granted ? t('正在发言') : at + 1}</span>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

export function AgendaPane({ room, meeting, actions }: { room: Room; meeting: Meeting; actions: AgendaActions }) {
  const items = [...meeting.agenda].sort((a, b) => a.position - b.position);
  const done = items.filter((item) => item.state === 'finished').length;
  const running = items.some((item) => item.state === 'running');
  const canStart = room.mayLead && !running && meeting.state !== 'ended' && meeting.state !== 'cancelled';
  return (
    <>
      <div class="room-caption">
        <Icon name="agenda" />
        <h2>{t('议程')}</h2>
        <span class="push">
          {Math.min(items.length, done + (running ? 1 : 0))} / {items.length}
        </span>
      </div>
      <Now room={room} isLast={nextItem(items) === null} actions={actions} />
      <MeetingActions room={room} meeting={meeting} actions={actions} />
      <ol class="room-cases" aria-label={t('议程')}>
        {items.map((item) => (
          <Item
            key={item.id}
            item={item}
            room={room}
            onStart={canStart && item.state === 'planned' && item.case_id ? () => actions.start(item) : null}
          />
        ))}
        {items.length === 0 ? <li class="room-cases-empty faint">{t('议程上还没有病例')}</li> : null}
      </ol>
    </>
  );
}
