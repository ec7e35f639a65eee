/** The bar over the room: where one is, how the line is, one's own few buttons. */
import { useEffect, useState } from 'preact/hooks';
import { t } from '../kernel/i18n.ts';
import { Icon } from './icons.tsx';
import type { Room } from './room.ts';
import { providerWord } from './words.ts';

function lineWords(room: Room): { tone: string; icon: 'wifi' | 'offline' | 'refresh'; text: string } {
  const { status, rtt } = room.line;
  const unsent = room.unsent.filter((one) => one.type !== 'view').length;
  if (room.waiting) return { tone: 'tag-info', icon: 'wifi', text: t('等候中') };
  if (status === 'connecting') return { tone: 'tag-info', icon: 'refresh', text: t('正在连接…') };
  if (status === 'resuming') return { tone: 'tag-warn', icon: 'refresh', text: t('正在恢复…') };
  if (status !== 'live') {
    const text = unsent ? t('离线 · {n} 条未发出', { n: unsent }) : t('离线 · 正在重连');
    return { tone: 'tag-bad', icon: 'offline', text };
  }
  const time = rtt === null ? '' : t('{n} 毫秒', { n: rtt });
  if (room.resumed !== null) {
    const sent = room.resumed ? t('补发 {n} 条', { n: room.resumed }) : '';
    return { tone: 'tag-warn', icon: 'refresh', text: [t('已恢复连接'), sent, time].filter(Boolean).join(' · ') };
  }
  return { tone: 'tag-ok', icon: 'wifi', text: [t('实时'), time].filter(Boolean).join(' · ') };
}

function LineState({ room }: { room: Room }) {
  const { tone, icon, text } = lineWords(room);
  return (
    <span class={`tag ${tone}`} id="line-state" data-status={room.line.status} role="status">
      <Icon name={icon} />
      <span class="line-text">{text}</span>
    </span>
  );
}

function TimeOfDay({ room }: { room: Room }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  const now = new Date(room.now()).toLocaleTimeString('zh-CN', { hour12: false, timeZone: 'Asia/Shanghai' });
  return (
    <span class="clock wide-only" role="timer" aria-label={t('现在时间')}>
      {now}
    </span>
  );
}

function HandButton({ room }: { room: Room }) {
  return (
    <button
      type="button"
      class="btn"
      id="raise-hand"
      data-key="h"
      data-key-name={t('举手')}
      aria-pressed={room.isHandUp}
      onClick={() => room.toggleHand()}
    >
      <Icon name="hand" />
      <span class="bar-word">{room.isHandUp ? t('放下') : t('举手')}</span>
      <kbd class="wide-only">H</kbd>
    </button>
  );
}

export interface TopBarProps {
  room: Room;
  title: string;
  call: { provider: string; link: string } | null;
  /** Names of those who are expected and not here. */
  absent: readonly string[];
  isAgendaOpen: boolean;
  onAgenda: () => void;
}

export function TopBar({ room, title, call, absent, isAgendaOpen, onAgenda }: TopBarProps) {
  const here = room.members.filter((one) => one.state === 'here').length;
  return (
    <header class="room-bar">
      <a class="logo-mark wide-only" href="/" aria-label={t('会诊台')}>
        <Icon name="logo" />
      </a>
      <button
        type="button"
        class="btn btn-icon agenda-toggle"
        aria-label={t('议程与病例')}
        aria-expanded={isAgendaOpen}
        onClick={onAgenda}
      >
        <Icon name="agenda" />
      </button>
      <h1>{title}</h1>
      <TimeOfDay room={room} />
      <span class="room-sep wide-only" />
      <LineState room={room} />
      <span
        class="tag wide-only"
        id="people-count"
        title={absent.length ? t('不在场：{names}', { names: absent.join(t('、')) }) : t('应到的人都在')}
      >
        <Icon name="users" />
        {t('{n} / {m} 在场', { n: here, m: room.members.length + absent.length })}
      </span>
      <span class="room-sep wide-only" />
      {room.mayRaiseHand ? <HandButton room={room} /> : null}
      {call ? (
        <a class="btn" id="call-link" href={call.link} target="_blank" rel="noopener noreferrer">
          <span class="bar-word">{providerWord(call.provider)}</span>
          <Icon name="external" />
        </a>
      ) : null}
      <button type="button" class="btn btn-danger" id="leave-room" onClick={() => void room.leave()}>
        {t('离开')}
      </button>
    </header>
  );
}
