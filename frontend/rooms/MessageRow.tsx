/** One message with what its reader may do to it. */
import { memo } from 'preact/compat';
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../kernel/i18n.ts';
import { Icon, type IconName } from './icons.tsx';
import { KeyCard } from './KeyCard.tsx';
import type { Message } from './log.ts';
import { Avatar, useTone } from './people.tsx';
import type { Room } from './room.ts';
import type { Thumbs } from './thumbs.ts';
import { clockOf } from './when.ts';

/** Words, not pictures: old computers have no font for those. The first is what the log holds. */
const marks = (): [string, string][] => [
  ['agree', t('赞同')],
  ['seen', t('收到')],
  ['question', t('疑问')],
];

const markWord = (mark: string) => marks().find(([name]) => name === mark)?.[1] ?? mark;

interface Props {
  message: Message;
  room: Room;
  thumbs: Thumbs;
  /** How many series are known: where a key image lies is told by them. */
  known: number;
  onReply: (id: string) => void;
}

function Tool({ icon, label, onPress }: { icon: IconName; label: string; onPress: () => void }) {
  return (
    <button type="button" class="message-tool" aria-label={label} title={label} onClick={onPress}>
      <Icon name={icon} />
    </button>
  );
}

function Tools({ message, room, onReply, onEdit }: Omit<Props, 'thumbs' | 'known'> & { onEdit: () => void }) {
  const [picking, setPicking] = useState(false);
  const own = message.by.id === room.me.id;
  const react = (mark: string) => {
    room.post('react', { ref: message.id, mark });
    setPicking(false);
  };
  return (
    <span class="message-tools">
      {picking ? (
        marks().map(([mark, word]) => (
          <button key={mark} type="button" class="message-tool" data-mark={mark} onClick={() => react(mark)}>
            {word}
          </button>
        ))
      ) : (
        <>
          <Tool icon="smile" label={t('表示态度')} onPress={() => setPicking(true)} />
          <Tool icon="reply" label={t('回复')} onPress={() => onReply(message.id)} />
          {own && message.text ? <Tool icon="pencil" label={t('修改')} onPress={onEdit} /> : null}
          {own || room.mayLead ? (
            <Tool icon="trash" label={t('撤回')} onPress={() => room.post('retract', { ref: message.id })} />
          ) : null}
        </>
      )}
    </span>
  );
}

function Reactions({ message, room }: { message: Message; room: Room }) {
  const set = Object.entries(message.reactions);
  if (set.length === 0) return null;
  return (
    <span class="reactions">
      {set.map(([mark, people]) => (
        <button
          key={mark}
          type="button"
          aria-pressed={people.includes(room.me.id)}
          title={people.map((person) => room.nameOf(person)).join(t('、'))}
          onClick={() => room.post('react', { ref: message.id, mark })}
        >
          {markWord(mark)} {people.length}
        </button>
      ))}
    </span>
  );
}

function Quote({ id, room }: { id: string; room: Room }) {
  const found = room.state.lines.find((line) => line.id === id);
  if (found?.kind !== 'message') return null;
  return (
    <p class="message-quote xs cut">
      {found.by.name}
      {t('：')}
      {found.retracted ? t('已撤回') : found.text || t('关键图')}
    </p>
  );
}

function Editor({ message, room, onDone }: { message: Message; room: Room; onDone: () => void }) {
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => box.current?.focus(), []);
  const save = (event: Event & { currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get('text') ?? '').trim();
    if (text && text !== message.text) room.post('edit', { ref: message.id, text });
    onDone();
  };
  return (
    <form class="message-editor" onSubmit={save}>
      <textarea
        class="input"
        name="text"
        maxLength={4000}
        aria-label={t('修改消息')}
        ref={box}
        onKeyDown={(event) => event.key === 'Escape' && onDone()}
      >
        {message.text}
      </textarea>
      <span class="row">
        <button class="btn btn-primary" type="submit">
          {t('保存')}
        </button>
        <button class="btn btn-quiet" type="button" onClick={onDone}>
          {t('取消')}
        </button>
      </span>
    </form>
  );
}

function Body({ message, room, thumbs }: Omit<Props, 'onReply' | 'known'>) {
  if (message.retracted) return <p class="message-text faint">{t('这条消息已撤回')}</p>;
  return (
    <>
      {message.replyTo ? <Quote id={message.replyTo} room={room} /> : null}
      {message.text ? <p class="message-text">{message.text}</p> : null}
      {message.keyImage ? <KeyCard image={message.keyImage} by={message.by} room={room} thumbs={thumbs} /> : null}
      <Reactions message={message} room={room} />
    </>
  );
}

/** Drawn again only when the message itself changed. */
export const MessageRow = memo(
  ({ message, room, thumbs, onReply }: Props) => {
    const [editing, setEditing] = useState(false);
    const tone = useTone();
    return (
      <article class={`message ${tone(message.by.id)}`} data-entry={message.id} data-by={message.by.id}>
        <Avatar person={message.by} />
        <div class="message-body">
          <div class="by">
            <b>{message.by.name}</b> {clockOf(message.at)}
            {message.edited ? ` · ${t('已编辑')}` : ''}
            {room.mayPost && !message.retracted ? (
              <Tools message={message} room={room} onReply={onReply} onEdit={() => setEditing(true)} />
            ) : null}
          </div>
          {editing ? (
            <Editor message={message} room={room} onDone={() => setEditing(false)} />
          ) : (
            <Body message={message} room={room} thumbs={thumbs} />
          )}
        </div>
      </article>
    );
  },
  (was, is) => was.message === is.message && was.known === is.known,
);
