/** Where there are no pictures: waiting in a meeting's room, the meeting gone on elsewhere, the door shut. */
import { t } from '../kernel/i18n.ts';
import { lookAtSession } from '../kernel/session.ts';
import type { Meeting } from './agenda.ts';
import { Icon } from './icons.tsx';
import type { Ending, Room } from './room.ts';
import { shortOf } from './when.ts';
import { evictedWords } from './words.ts';

/** The session ended: what lies behind is covered and kept, signing in again uncovers it. */
export function SignedOut() {
  return (
    <div class="room-ended is-cover" data-ended="session_ended">
      <div role="alert">
        <Icon name="logo" size="l" />
        <h1>{t('会诊室已关闭')}</h1>
        <p>{evictedWords('session_ended')}</p>
        <p class="row">
          <button type="button" class="btn btn-primary" onClick={lookAtSession}>
            {t('重新登录')}
          </button>
          <a class="btn" href="/">
            {t('回到我的工作')}
          </a>
        </p>
      </div>
    </div>
  );
}

export function Ended({ ending, isCase }: { ending: NonNullable<Ending>; isCase: boolean }) {
  const sentence = ending.kind === 'evicted' ? evictedWords(ending.code, isCase) : ending.detail;
  return (
    <main class="room-ended" id="main" data-ended={ending.kind === 'evicted' ? ending.code : 'closed'}>
      <div role="alert">
        <Icon name="logo" size="l" />
        <h1>{t('会诊室已关闭')}</h1>
        <p>{sentence}</p>
        <p class="row">
          <a class="btn btn-primary" href="/">
            {t('回到我的工作')}
          </a>
        </p>
      </div>
    </main>
  );
}

/** The meeting went on to a case that this person may not see. */
export function MovedOn({ meeting }: { meeting: Meeting | null }) {
  return (
    <div class="room-notice" role="status" id="moved-on">
      <Icon name="clock" />
      <span>{t('会议已转到另一个病例，您未参加该例。')}</span>
      {meeting?.room_id ? (
        <a class="btn" href={`/rooms/${meeting.room_id}?stay=1`}>
          {t('回会议室等候')}
        </a>
      ) : null}
    </div>
  );
}

function waitingWords(room: Room, meeting: Meeting): string {
  if (meeting.state === 'ended') return t('会议已结束。各病例的讨论仍可在其会诊室查看。');
  if (meeting.state === 'cancelled') return t('会议已取消。');
  if (meeting.state === 'planned')
    return t('会议尚未开始，{at} 开始后会自动进入第一例。', { at: shortOf(meeting.starts_at) });
  if (room.waiting || meeting.agenda.some((item) => item.state === 'running'))
    return t('正在讨论的病例您未参加，请在此等候；轮到您参加的病例时会自动进入。');
  return t('等待主持人开始下一例，开始后会自动进入。');
}

export function Waiting({ room, meeting }: { room: Room; meeting: Meeting | null }) {
  const running = meeting?.agenda.find((item) => item.state === 'running' && item.room_id);
  return (
    <section class="room-stage room-waiting" aria-label={t('等候')} id="waiting">
      <div>
        <Icon name="clock" size="l" />
        <h2>{meeting?.title ?? room.facts.title}</h2>
        <p role="status">{meeting ? waitingWords(room, meeting) : t('正在读取会议…')}</p>
        {room.mayPost ? <p class="faint s">{t('这里的讨论不写患者信息。')}</p> : null}
        {running?.room_id ? (
          <a class="btn btn-primary" href={`/rooms/${running.room_id}`}>
            {t('进入正在讨论的病例')}
            <Icon name="arrowRight" />
          </a>
        ) : null}
      </div>
    </section>
  );
}
