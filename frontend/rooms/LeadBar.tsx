/** Under the pictures: who leads, whether one follows, and the way in and out of it. */
import { t } from '../kernel/i18n.ts';
import { Avatar } from './people.tsx';
import type { Room } from './room.ts';

function Words({ room }: { room: Room }) {
  const { leader } = room.state;
  if (!leader) return <span>{t('还没有人带看，可以各自浏览')}</span>;
  const name = room.nameOf(leader) || t('有人');
  const follows = room.shared.following.active;
  return (
    <>
      <Avatar person={{ id: leader, name }} />
      <span class={`cut tone-${room.colourOf(leader)}`}>
        {room.isLeader ? (
          <>
            <b>{t('你正在带看')}</b>
            {followers(room)}
          </>
        ) : (
          <>
            <b>{name}</b> {follows ? t('正在带看，你在跟随') : t('正在带看，你在自由浏览')}
          </>
        )}
      </span>
      {room.shared.blind && follows ? <span class="warn cut">{t('对方所看的序列在这里打不开')}</span> : null}
    </>
  );
}

function followers(room: Room): string {
  const others = room.members.filter((one) => one.id !== room.me.id && one.state !== 'lost');
  if (others.length === 0) return '';
  const count = others.filter((one) => one.follow !== false).length;
  return ['', t('{n} / {m} 人跟随', { n: count, m: others.length })].join(' · ');
}

function FollowButton({ room }: { room: Room }) {
  if (!room.state.leader || room.isLeader) return null;
  const follows = room.shared.following.active;
  return (
    <button
      type="button"
      class={follows ? 'btn' : 'btn btn-primary'}
      id="follow-toggle"
      data-key="f"
      data-key-name={follows ? t('自由浏览') : t('回到跟随')}
      aria-pressed={follows}
      onClick={() => (follows ? room.shared.freeLook() : room.shared.follow())}
    >
      {follows ? t('自由浏览') : t('回到跟随')} <kbd>F</kbd>
    </button>
  );
}

function LeadButton({ room }: { room: Room }) {
  if (!room.mayPost) return null;
  if (room.isLeader)
    return (
      <button type="button" class="btn btn-quiet" id="lead-release" onClick={() => room.releaseLead()}>
        {t('交还带看')}
      </button>
    );
  if (room.mayLead || room.isLeadFree)
    return (
      <button type="button" class="btn btn-quiet" id="lead-take" onClick={() => room.takeLead()}>
        {room.state.leader ? t('我来带看') : t('开始带看')}
      </button>
    );
  return (
    <button type="button" class="btn btn-quiet" id="lead-ask" onClick={() => room.askForLead()}>
      {t('申请带看')}
    </button>
  );
}

export function LeadBar({ room, progress }: { room: Room; progress: { arrived: number; total: number } }) {
  const { arrived, total } = progress;
  const loaded = total > 0 ? [t('{n} / {m} 层已到', { n: arrived, m: total }), t('↑↓ 换层')] : [];
  const mode = room.isLeader ? 'lead' : room.state.leader && room.shared.following.active ? 'follow' : 'free';
  return (
    <div class="lead-bar" id="lead-bar" data-mode={mode} data-leader={room.state.leader}>
      <Words room={room} />
      <FollowButton room={room} />
      <LeadButton room={room} />
      <span class="push faint wide-only">{[...loaded, t('? 全部快捷键')].join(' · ')}</span>
    </div>
  );
}
