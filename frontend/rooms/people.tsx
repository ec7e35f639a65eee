/** People as the room shows them: one colour each, the same in pointer, mark, talk and draft. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { t } from '../kernel/i18n.ts';
import { toneOf } from '../kernel/people.ts';
import { Icon } from './icons.tsx';
import type { By, Member } from './protocol.ts';
import type { Room } from './room.ts';

/** Who has which colour in this room; outside of one, the person's own. */
export const Tones = createContext<(person: string) => string>(toneOf);

export const useTone = () => useContext(Tones);

export function Avatar({ person, small = true }: { person: By; small?: boolean }) {
  const tone = useTone();
  return (
    <span class={`avatar ${small ? 'avatar-s ' : ''}${tone(person.id)}`} aria-hidden="true">
      {person.name.slice(0, 1)}
    </span>
  );
}

export function roleWord(role: string): string {
  const words: Record<string, string> = {
    chair: t('主持'),
    coordinator: t('会诊秘书'),
    expert: t('专家'),
    physician: t('申请方'),
    township: t('乡镇'),
    technician: t('技师'),
    trainee: t('学员'),
  };
  return words[role] ?? '';
}

function stateWord(member: Member, room: Room): string {
  const words = [
    member.state === 'away' ? t('暂离') : member.state === 'lost' ? t('正在重连') : t('在场'),
    room.state.leader === member.id ? t('正在带看') : '',
    room.state.leader && member.follow === false && room.state.leader !== member.id ? t('自由浏览') : '',
    room.state.hands.some((hand) => hand.person === member.id) ? t('已举手') : '',
  ];
  return words.filter(Boolean).join(t('，'));
}

function Mark({ member, room }: { member: Member; room: Room }) {
  if (member.state === 'lost') return <Icon name="offline" />;
  if (room.state.hands.some((hand) => hand.person === member.id)) return <Icon name="hand" />;
  if (room.state.leader === member.id) return <Icon name="eye" />;
  if (room.state.chair === member.id || member.role === 'chair') return <Icon name="crown" />;
  return null;
}

/** A press on a person offers the lead to them, where that is this person's to give. */
function Tile({ member, room, chair }: { member: Member; room: Room; chair: string }) {
  const note = stateWord(member, room);
  const leads = room.state.leader === member.id;
  const canGive = member.id !== room.me.id && !leads && (room.isLeader || room.mayLead);
  const role = roleWord(member.id === chair ? 'chair' : member.role);
  const tone = useTone();
  const classes = ['tile', leads ? 'is-leading' : '', `is-${member.state}`, tone(member.id)].join(' ');
  return (
    <li class={classes} data-person={member.id} data-state={member.state} title={`${member.name} · ${note}`}>
      <Avatar person={member} small={false} />
      <span class="tile-mark">
        <Mark member={member} room={room} />
      </span>
      <span class="tile-name">
        <span class="cut">
          {member.name}
          {role ? <span class="tile-role"> {role}</span> : null}
        </span>
      </span>
      <span class="sr">{note}</span>
      {canGive ? (
        <button type="button" class="tile-give" onClick={() => room.giveLead(member.id)}>
          {t('请{name}带看', { name: member.name })}
        </button>
      ) : null}
    </li>
  );
}

const ORDER = ['here', 'away', 'lost'];

/** `chair` is who chairs the meeting, also while no item runs; `absent`: expected, not here. */
export function People({ room, chair, absent }: { room: Room; chair: string; absent: readonly By[] }) {
  const rank = (one: Member) => (one.role === 'chair' || one.id === chair ? -1 : ORDER.indexOf(one.state));
  const members = [...room.members].sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
  return (
    <ul class="tiles" aria-label={t('在场人员')}>
      {members.map((member) => (
        <Tile key={member.id} member={member} room={room} chair={chair} />
      ))}
      {absent.map((person) => (
        <li key={person.id} class="tile is-absent" data-state="absent">
          <Avatar person={person} small={false} />
          <span class="tile-name">
            <span class="cut">
              {person.name} <span class="tile-role">{t('不在')}</span>
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}
