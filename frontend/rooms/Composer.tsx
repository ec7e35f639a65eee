/** What one writes: Enter sends, Shift+Enter breaks the line; the text survives a reload and the way to the next case. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { KeyImage } from '../imaging/types.ts';
import { t } from '../kernel/i18n.ts';
import { Icon } from './icons.tsx';
import { useThumb } from './KeyCard.tsx';
import type { MessageBody } from './protocol.ts';
import type { Room } from './room.ts';
import type { Thumbs } from './thumbs.ts';

const LIMIT = 4000;
const TYPING_GAP_MS = 2000;
const ID = 'composer-text';

/** Puts a text back under the hand of who wrote it. */
export function fillComposer(text: string): void {
  const input = document.getElementById(ID);
  if (!(input instanceof HTMLTextAreaElement)) return;
  input.value = input.value ? `${input.value}\n${text}` : text;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  input.focus();
}

interface Props {
  room: Room;
  thumbs: Thumbs;
  replyTo: string | null;
  onReply: (id: string | null) => void;
  onKeyImage: () => void;
  /** The picture that goes with the next message. */
  attached: KeyImage | null;
  onDetach: () => void;
}

function Attached({ image, thumbs, onDetach }: { image: KeyImage; thumbs: Thumbs; onDetach: () => void }) {
  const { url } = useThumb(image, thumbs);
  return (
    <div class="composer-shot xs" id="composer-shot">
      {url ? <img src={url} alt={t('关键图')} /> : null}
      <span class="grow">{t('关键图，写几个字或直接发送')}</span>
      <button type="button" class="message-tool" aria-label={t('不附关键图')} onClick={onDetach}>
        <Icon name="close" />
      </button>
    </div>
  );
}

function Reply({ room, id, onClose }: { room: Room; id: string; onClose: () => void }) {
  const found = room.state.lines.find((line) => line.id === id);
  if (found?.kind !== 'message') return null;
  return (
    <div class="composer-reply xs">
      <Icon name="reply" />
      <span class="cut grow">
        {t('回复')} {found.by.name}
        {t('：')}
        {found.text || t('关键图')}
      </span>
      <button type="button" class="message-tool" aria-label={t('不回复')} onClick={onClose}>
        <Icon name="close" />
      </button>
    </div>
  );
}

/** The text, kept in this tab until it is sent. */
function useText(room: string): [string, (text: string) => void] {
  const key = `composer:${room}`;
  const [text, setText] = useState(() => sessionStorage.getItem(key) ?? '');
  const set = (next: string) => {
    setText(next);
    if (next) sessionStorage.setItem(key, next);
    else sessionStorage.removeItem(key);
  };
  return [text, set];
}

export function Composer({ room, thumbs, replyTo, onReply, onKeyImage, attached, onDetach }: Props) {
  const [text, setText] = useText(room.facts.id);
  const input = useRef<HTMLTextAreaElement>(null);
  const told = useRef(0);
  useEffect(() => {
    if (replyTo || attached) input.current?.focus();
  }, [replyTo, attached]);
  useEffect(() => {
    const element = input.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${Math.min(120, element.scrollHeight + 2)}px`;
  }, [text]);

  const write = (value: string) => {
    setText(value);
    if (Date.now() - told.current < TYPING_GAP_MS) return;
    told.current = Date.now();
    room.writingNow();
  };
  const send = () => {
    const words = text.trim();
    if (!(words || attached) || words.length > LIMIT) return;
    const body: MessageBody = {
      text: words,
      ...(replyTo ? { reply_to: replyTo } : {}),
      ...(attached ? { key_image: attached } : {}),
    };
    room.say(body);
    setText('');
    onReply(null);
    onDetach();
    input.current?.focus();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      onReply(null);
      onDetach();
      input.current?.blur();
    }
    // An input method's Enter takes a word, it sends nothing.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
  const over = text.trim().length - LIMIT;
  return (
    <div class="composer-box">
      {replyTo ? <Reply room={room} id={replyTo} onClose={() => onReply(null)} /> : null}
      {attached ? <Attached image={attached} thumbs={thumbs} onDetach={onDetach} /> : null}
      {over > 0 ? (
        <p class="composer-over xs bad" role="alert">
          {t('超出 {n} 字，最多 {limit} 字', { n: over, limit: LIMIT })}
        </p>
      ) : null}
      <form
        class="composer"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        {room.isCase ? (
          <button
            type="button"
            class="btn btn-icon"
            id="composer-key-image"
            aria-label={t('附上当前画面')}
            title={`${t('附上当前画面')} K`}
            onClick={onKeyImage}
          >
            <Icon name="addImage" />
          </button>
        ) : null}
        <textarea
          class="input grow"
          id={ID}
          ref={input}
          rows={1}
          value={text}
          placeholder={room.isCase ? t('说点什么…') : t('说点什么…（不写患者信息）')}
          aria-label={t('消息')}
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={onKey}
        />
        <button
          type="submit"
          class="btn btn-icon btn-primary"
          id="composer-send"
          aria-label={t('发送')}
          disabled={!(text.trim() || attached) || over > 0}
        >
          <Icon name="send" />
        </button>
      </form>
    </div>
  );
}
