/** What was written and is not in the log: waiting for the line, or refused. */
import type { KeyImage } from '../imaging/types.ts';
import { t } from '../kernel/i18n.ts';
import type { Unsent } from '../kernel/unsent.ts';
import { fillComposer } from './Composer.tsx';
import { Icon } from './icons.tsx';
import { KeyCard } from './KeyCard.tsx';
import { Avatar, useTone } from './people.tsx';
import type { Refused, Room } from './room.ts';
import type { Thumbs } from './thumbs.ts';

export function Pending({ unsent, room, thumbs }: { unsent: Unsent; room: Room; thumbs: Thumbs }) {
  const live = room.line.status === 'live';
  const tone = useTone();
  const image = unsent.body.key_image as KeyImage | undefined;
  return (
    <article class={`message is-unsent ${tone(room.me.id)}`} data-client={unsent.client_id}>
      <Avatar person={room.me} />
      <div class="message-body">
        <div class="by">
          <Icon name="clock" /> {live ? t('正在发送…') : t('未发出，恢复后自动补发')}
        </div>
        <p class="message-text">{String(unsent.body.text ?? '')}</p>
        {image ? <KeyCard image={image} by={room.me} room={room} thumbs={thumbs} /> : null}
      </div>
    </article>
  );
}

export function RefusedRow({ refused: { one, detail }, room }: { refused: Refused; room: Room }) {
  const tone = useTone();
  return (
    <article class={`message is-refused ${tone(room.me.id)}`}>
      <Avatar person={room.me} />
      <div class="message-body">
        <div class="by" role="alert">
          <Icon name="alert" /> {t('没有发出：{why}', { why: detail })}
        </div>
        <p class="message-text cut-2">{String(one.body.text ?? '')}</p>
        <span class="row">
          <button type="button" class="btn" onClick={() => fillComposer(room.forget(one.client_id))}>
            {t('改后再发')}
          </button>
          <button type="button" class="btn btn-quiet" onClick={() => room.forget(one.client_id)}>
            {t('丢弃')}
          </button>
        </span>
      </div>
    </article>
  );
}
