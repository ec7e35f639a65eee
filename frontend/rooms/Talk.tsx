/** The talk at the right: messages, key images, what happened; read from the log, newest at the foot. */
import { memo } from 'preact/compat';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { KeyImage } from '../imaging/types.ts';
import { t } from '../kernel/i18n.ts';
import type { Card } from './agenda.ts';
import { Composer } from './Composer.tsx';
import { Icon } from './icons.tsx';
import type { Line } from './log.ts';
import { MessageRow } from './MessageRow.tsx';
import { Pending, RefusedRow } from './Pending.tsx';
import { People } from './people.tsx';
import type { Room } from './room.ts';
import type { Thumbs } from './thumbs.ts';
import { clockOf, dayOf } from './when.ts';
import { lineWords } from './words.ts';

type Filter = 'item' | 'all' | 'keys';

/** Rows drawn at most; older ones by a press. */
const SHOWN = 200;
/** A reader this near the foot, in CSS pixels, is carried along by new messages. */
const NEAR = 80;

const HappeningRow = memo(({ text, at, type }: { text: string; at: string; type: string }) => (
  <p class={`talk-rule${type === 'decision' ? ' is-decision' : ''}`} data-type={type}>
    <span>
      {clockOf(at)} {text}
    </span>
  </p>
));

interface RowProps {
  line: Line;
  room: Room;
  thumbs: Thumbs;
  known: number;
  onReply: (id: string) => void;
}

function Row({ line, room, thumbs, known, onReply }: RowProps) {
  if (line.kind === 'message')
    return <MessageRow message={line} room={room} thumbs={thumbs} known={known} onReply={onReply} />;
  const text = lineWords(line, (person) => room.nameOf(String(person ?? '')));
  return text ? <HappeningRow text={text} at={line.at} type={line.type} /> : null;
}

function wanted(line: Line, filter: Filter, item: string | undefined): boolean {
  if (filter === 'keys') return line.kind === 'message' && line.keyImage !== null;
  return filter === 'all' || !item || line.item === item;
}

function Filters({ room, value, onChange }: { room: Room; value: Filter; onChange: (filter: Filter) => void }) {
  const choices: [Filter, string][] = [
    ...(room.state.item ? ([['item', t('本次')]] as [Filter, string][]) : []),
    ['all', t('全部')],
    ['keys', t('只看关键图')],
  ];
  return (
    <fieldset class="push talk-filters">
      <legend class="sr">{t('显示哪些消息')}</legend>
      {choices.map(([filter, words]) => (
        <button key={filter} type="button" aria-pressed={value === filter} onClick={() => onChange(filter)}>
          {words}
        </button>
      ))}
    </fieldset>
  );
}

/** Keeps the foot in sight while one reads there, and marks where one had read up to otherwise. */
function useFoot(lines: readonly Line[], count: number, me: string) {
  const box = useRef<HTMLDivElement>(null);
  const atFoot = useRef(true);
  const [unread, setUnread] = useState<{ from: number; count: number } | null>(null);
  const last = lines[lines.length - 1];
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const own = last?.by.id === me;
    if (atFoot.current || own) element.scrollTop = element.scrollHeight;
    else if (last?.kind === 'message')
      setUnread((was) => ({ from: was?.from ?? last.seq, count: (was?.count ?? 0) + 1 }));
  }, [last?.seq, count]);
  const onScroll = () => {
    const element = box.current;
    if (!element) return;
    atFoot.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
    if (atFoot.current && unread) setTimeout(() => setUnread(null), 1500);
  };
  const toFoot = () => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
    setUnread(null);
  };
  return { box, unread, onScroll, toFoot };
}

/** Says new messages of others to screen readers, without the whole log becoming one. */
function Announcer({ lines, me }: { lines: readonly Line[]; me: string }) {
  const [text, setText] = useState('');
  const started = useRef(false);
  const last = lines[lines.length - 1];
  useEffect(() => {
    if (started.current && last?.kind === 'message' && last.by.id !== me)
      setText(`${last.by.name}${t('：')}${last.text || t('关键图')}`);
    started.current = true;
  }, [last?.seq]);
  return (
    <p class="sr" aria-live="polite" id="talk-announcer">
      {text}
    </p>
  );
}

function Typing({ room }: { room: Room }) {
  const names = room.typing().filter(Boolean);
  return (
    <p class="talk-typing xs faint">{names.length > 0 ? t('{names} 正在输入…', { names: names.join(t('、')) }) : ''}</p>
  );
}

export interface TalkProps {
  room: Room;
  thumbs: Thumbs;
  known: number;
  chair: string;
  absent: readonly Card[];
  onKeyImage: () => void;
  attached: KeyImage | null;
  onDetach: () => void;
}

export function Talk({ room, thumbs, known, chair, absent, onKeyImage, attached, onDetach }: TalkProps) {
  const [filter, setFilter] = useState<Filter>('all');
  const [all, setAll] = useState(false);
  const [replyTo, setReplyTo] = useState<string | null>(null);
  const lines = room.state.lines.filter((line) => wanted(line, filter, room.state.item?.id));
  const shown = all ? lines : lines.slice(-SHOWN);
  const pending = room.unsent.filter((one) => one.type === 'message');
  const { box, unread, onScroll, toFoot } = useFoot(room.state.lines, pending.length, room.me.id);
  const older = async () => {
    setAll(true);
    if (room.isCut) await room.loadAll();
  };
  return (
    <aside class="room-talk" aria-label={t('人员与讨论')}>
      <People room={room} chair={chair} absent={absent} />
      <div class="room-caption talk-caption">
        <Icon name="talk" />
        <h2>{t('讨论')}</h2>
        <Filters room={room} value={filter} onChange={setFilter} />
      </div>
      <div
        class="talk-log"
        id="talk-log"
        ref={box}
        onScroll={onScroll}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={t('消息')}
      >
        {lines.length > shown.length || room.isCut ? (
          <button type="button" class="btn btn-quiet talk-older" onClick={() => void older()}>
            {t('更早的讨论')}
          </button>
        ) : null}
        {lines.length === 0 && pending.length === 0 ? <p class="talk-empty faint">{emptyWords(room, filter)}</p> : null}
        {shown.map((line, at) => (
          <Dated key={line.id} line={line} before={shown[at - 1]} unreadFrom={unread?.from}>
            <Row line={line} room={room} thumbs={thumbs} known={known} onReply={setReplyTo} />
          </Dated>
        ))}
        {room.refused.map((one) => (
          <RefusedRow key={one.one.client_id} refused={one} room={room} />
        ))}
        {pending.map((one) => (
          <Pending key={one.client_id} unsent={one} room={room} thumbs={thumbs} />
        ))}
      </div>
      {unread ? (
        <button type="button" class="talk-unread" onClick={toFoot}>
          {t('{n} 条新消息', { n: unread.count })} ↓
        </button>
      ) : null}
      <Announcer lines={room.state.lines} me={room.me.id} />
      <Typing room={room} />
      {room.isOver ? <p class="talk-over xs faint">{t('这次讨论已经结束，补充的话记在它之后。')}</p> : null}
      {room.mayPost ? (
        <Composer
          room={room}
          thumbs={thumbs}
          replyTo={replyTo}
          onReply={setReplyTo}
          onKeyImage={onKeyImage}
          attached={attached}
          onDetach={onDetach}
        />
      ) : (
        <p class="composer faint xs" id="read-only">
          {readOnlyWords(room)}
        </p>
      )}
    </aside>
  );
}

function readOnlyWords(room: Room): string {
  if (room.mayRaiseHand) return t('学员旁听：可以举手，不能发言。');
  return room.isCase ? t('这里只供阅读。') : t('会议不在进行中或您未答复参加，这里只供阅读。');
}

function emptyWords(room: Room, filter: Filter): string {
  if (filter === 'keys') return t('还没有关键图。阅片时按 K 存一幅。');
  return room.isCase ? t('还没有消息。写下要点，或按 K 把正在看的图像发到这里。') : t('还没有消息。这里不写患者信息。');
}

interface DatedProps {
  line: Line;
  before: Line | undefined;
  unreadFrom: number | undefined;
  children: preact.ComponentChildren;
}

/** A new day and the first unread message are marked in the log. */
function Dated({ line, before, unreadFrom, children }: DatedProps) {
  const day = dayOf(line.at);
  const isNew = !before || dayOf(before.at) !== day;
  return (
    <>
      {isNew && (before || day !== dayOf(Date.now())) ? <p class="talk-day xs faint">{day}</p> : null}
      {unreadFrom === line.seq ? <p class="talk-new xs">{t('以下为新消息')}</p> : null}
      {children}
    </>
  );
}
