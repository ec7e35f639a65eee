/** Voting: the newest poll with its bars; whoever leads begins and ends one. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../kernel/i18n.ts';
import { Icon } from './icons.tsx';
import type { Poll } from './log.ts';
import type { Room } from './room.ts';

const LEAST = 2;
const MOST = 12;

function PollForm({ room, onDone }: { room: Room; onDone: () => void }) {
  const [question, setQuestion] = useState('');
  const [options, setOptions] = useState(['', '']);
  const [secret, setSecret] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const given = options.map((one) => one.trim()).filter(Boolean);
  const begin = (event: Event) => {
    event.preventDefault();
    if (!question.trim() || given.length < LEAST) return;
    room.post('poll', { question: question.trim(), options: given, secret });
    onDone();
  };
  const write = (at: number, value: string) => {
    const next = options.map((one, place) => (place === at ? value : one));
    setOptions(next[next.length - 1]?.trim() && next.length < MOST ? [...next, ''] : next);
  };
  return (
    <form class="poll-form" id="poll-form" onSubmit={begin}>
      <input
        class="input"
        name="question"
        required
        maxLength={400}
        aria-label={t('表决什么')}
        placeholder={t('表决什么')}
        value={question}
        ref={first}
        onInput={(event) => setQuestion(event.currentTarget.value)}
      />
      {options.map((option, at) => (
        <input
          key={at}
          class="input"
          name={`option-${at}`}
          maxLength={200}
          required={at < LEAST}
          aria-label={t('选项 {n}', { n: at + 1 })}
          placeholder={t('选项 {n}', { n: at + 1 })}
          value={option}
          onInput={(event) => write(at, event.currentTarget.value)}
        />
      ))}
      <label class="check xs">
        <input type="checkbox" checked={secret} onChange={(event) => setSecret(event.currentTarget.checked)} />
        <span>{t('不记名')}</span>
      </label>
      <span class="row">
        <button type="submit" class="btn btn-primary">
          {t('开始表决')}
        </button>
        <button type="button" class="btn btn-quiet" onClick={onDone}>
          {t('取消')}
        </button>
      </span>
    </form>
  );
}

function Option({ poll, at, room }: { poll: Poll; at: number; room: Room }) {
  const count = poll.totals?.[at] ?? null;
  const share = count !== null && poll.voters > 0 ? (count / poll.voters) * 100 : 0;
  const most = count !== null && count > 0 && count === Math.max(...(poll.totals ?? [0]));
  const chosen = poll.votes[room.me.id] === at;
  const words = (
    <>
      <span class="poll-option">
        <span class={chosen ? 'strong' : ''}>
          {chosen ? '✓ ' : ''}
          {poll.options[at]}
        </span>
        <b>{count ?? '—'}</b>
      </span>
      <span class={`bar${most ? '' : ' bar-plain'}`} aria-hidden="true">
        <i style={{ width: `${share}%` }} />
      </span>
    </>
  );
  if (poll.closed || !room.mayPost) return <li data-option={at}>{words}</li>;
  return (
    <li data-option={at}>
      <button
        type="button"
        class="poll-vote"
        aria-pressed={chosen}
        onClick={() => room.post('vote', { ref: poll.id, option: at })}
      >
        {words}
      </button>
    </li>
  );
}

function foot(poll: Poll): string {
  if (poll.secret && !poll.closed) return t('不记名，结束后公布票数');
  if (poll.voters === 0 || !poll.totals) return '';
  return t('一致度 {n}%', { n: Math.round((Math.max(...poll.totals) / poll.voters) * 100) });
}

export function PollPane({ room }: { room: Room }) {
  const [making, setMaking] = useState(false);
  const poll = room.openPoll();
  const canBegin = room.mayLead && (!poll || poll.closed);
  return (
    <section aria-label={t('表决')} id="poll" data-poll={poll?.id} data-closed={poll?.closed}>
      <div class="room-caption">
        <Icon name="poll" />
        <h2 class="cut">{poll && !making ? t('表决 · {question}', { question: poll.question }) : t('表决')}</h2>
        {poll && !making ? <span class="push tag">{t('{n} 票', { n: poll.voters })}</span> : null}
      </div>
      {making ? (
        <PollForm room={room} onDone={() => setMaking(false)} />
      ) : (
        <>
          {poll ? (
            <ul class="poll">
              {poll.options.map((option, at) => (
                <Option key={option + at} poll={poll} at={at} room={room} />
              ))}
            </ul>
          ) : (
            <p class="poll faint poll-none">{t('还没有表决')}</p>
          )}
          <div class="poll-foot">
            <span class="xs faint grow cut">{poll ? (poll.closed ? `${t('已结束')} ` : '') + foot(poll) : ''}</span>
            {poll && !poll.closed && room.mayLead ? (
              <button
                type="button"
                class="btn"
                id="poll-close"
                onClick={() => room.post('poll_closed', { ref: poll.id })}
              >
                {t('结束表决')}
              </button>
            ) : null}
            {canBegin ? (
              <button type="button" class="btn" id="poll-new" onClick={() => setMaking(true)}>
                {t('发起表决')}
              </button>
            ) : null}
          </div>
        </>
      )}
    </section>
  );
}
