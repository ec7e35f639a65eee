/** The foot of the room on a phone: which part fills the screen. */
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../kernel/i18n.ts';
import { Icon, type IconName } from './icons.tsx';
import type { Room } from './room.ts';

export type Pane = 'images' | 'talk' | 'agenda' | 'decision';

/** Messages of others since the talk was last in front. */
function useUnread(room: Room, pane: Pane): number {
  const seen = useRef(0);
  const messages = room.state.lines.filter((line) => line.kind === 'message' && line.by.id !== room.me.id);
  const last = messages[messages.length - 1]?.seq ?? 0;
  useEffect(() => {
    if (pane === 'talk' || seen.current === 0) seen.current = last;
  }, [pane, last]);
  return pane === 'talk' || seen.current === 0 ? 0 : messages.filter((line) => line.seq > seen.current).length;
}

interface TabsProps {
  room: Room;
  pane: Pane;
  onChange: (pane: Pane) => void;
}

export function Tabs({ room, pane, onChange }: TabsProps) {
  const unread = useUnread(room, pane);
  const all: [Pane, IconName, string][] = [
    ['images', 'image', room.isCase ? t('影像') : t('等候')],
    ['talk', 'talk', t('讨论')],
    ['agenda', 'agenda', t('议程')],
    ['decision', 'gavel', t('意见')],
  ];
  const tabs = room.isCase ? all : all.slice(0, 3);
  return (
    <nav class="room-tabs" aria-label={t('会诊室各部分')}>
      <div>
        {tabs.map(([name, icon, words]) => (
          <button key={name} type="button" aria-pressed={pane === name} data-tab={name} onClick={() => onChange(name)}>
            <Icon name={icon} size="m" />
            {words}
            {name === 'talk' && unread > 0 ? <span class="count">{unread}</span> : null}
          </button>
        ))}
      </div>
    </nav>
  );
}
