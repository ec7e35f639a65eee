/** The room: bar, agenda or case, pictures, decision, talk. On a phone one of them at a time. */
import { useEffect, useMemo, useReducer, useState } from 'preact/hooks';
import { gate } from '../imaging/pointing.ts';
import type { KeyImage } from '../imaging/types.ts';
import { ask } from '../kernel/confirm.ts';
import { t } from '../kernel/i18n.ts';
import { toast } from '../kernel/toast.ts';
import { type AgendaActions, AgendaPane, Speakers } from './AgendaPane.tsx';
import { awaited, nextItem } from './agenda.ts';
import { CasePane, patientWords } from './CasePane.tsx';
import { Decision } from './Decision.tsx';
import { Ended, MovedOn, SignedOut, Waiting } from './Ended.tsx';
import { LeadBar } from './LeadBar.tsx';
import { NextDialog } from './NextDialog.tsx';
import { photographs } from './Papers.tsx';
import { PollPane } from './PollPane.tsx';
import { Tones } from './people.tsx';
import { Place } from './place.ts';
import type { Room } from './room.ts';
import { Stage } from './Stage.tsx';
import { type Pane, Tabs } from './Tabs.tsx';
import { Talk } from './Talk.tsx';
import { TopBar } from './TopBar.tsx';

const PROGRESS_MS = 200;
const OPEN_CASE = ['accepted', 'scheduled', 'discussing', 'discussed'];

function useRoom(room: Room): Place {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const place = useMemo(() => new Place(room, () => redraw(undefined), patientWords), [room]);
  useEffect(() => {
    void place.open();
    return room.subscribe(() => {
      place.heed();
      redraw(undefined);
    });
  }, [room]);
  return place;
}

function callOf(room: Room, place: Place): { provider: string; link: string } | null {
  const { meeting } = place;
  if (meeting?.state === 'ended') return null;
  if (room.state.call) return room.state.call;
  if (!meeting?.call_link) return null;
  return { provider: meeting.call_provider, link: meeting.call_link };
}

function mayDraft(room: Room, place: Place): boolean {
  const role = room.members.find((one) => one.id === room.me.id)?.role;
  return OPEN_CASE.includes(place.file?.state ?? '') && (room.mayLead || role === 'expert' || role === 'chair');
}

function Left({ room, place, onNext }: { room: Room; place: Place; onNext: () => void }) {
  const { meeting } = place;
  const inMeeting = meeting !== null && ['planned', 'live'].includes(meeting.state);
  const [chosen, setChosen] = useState<'agenda' | 'case' | null>(null);
  const shown = inMeeting && (chosen ?? 'agenda') === 'agenda' ? 'agenda' : room.isCase ? 'case' : 'agenda';
  const actions: AgendaActions = {
    extend: () => void place.extend(),
    next: onNext,
    start: (item) => void place.start(item),
    begin: () => void place.begin(),
    end: () => void endAfterAsking(place),
    standIn: () => void place.standIn(),
  };
  return (
    <aside class="room-agenda" id="room-agenda" aria-label={shown === 'agenda' ? t('议程') : t('病例')}>
      {inMeeting && room.isCase ? (
        <div class="left-tabs">
          <button type="button" aria-pressed={shown === 'agenda'} onClick={() => setChosen('agenda')}>
            {t('议程')}
          </button>
          <button type="button" aria-pressed={shown === 'case'} onClick={() => setChosen('case')}>
            {t('病例')}
          </button>
        </div>
      ) : null}
      {shown === 'agenda' && meeting ? <AgendaPane room={room} meeting={meeting} actions={actions} /> : null}
      {shown === 'case' ? <CasePane file={place.file} /> : null}
      {room.mayPost ? <Speakers room={room} /> : null}
    </aside>
  );
}

async function endAfterAsking(place: Place): Promise<void> {
  const left = place.meeting?.agenda.filter((item) => item.state !== 'finished').length ?? 0;
  const sentence =
    left > 0 ? t('还有 {n} 例没有讨论，将等待另行安排。', { n: left }) : t('会议记录和各病例的会诊室仍可查看。');
  if (await ask({ sentence, title: t('结束会议'), label: t('结束会议') })) await place.end();
}

interface MiddleProps {
  room: Room;
  place: Place;
  onKeyImage: () => void;
}

function Middle({ room, place, onKeyImage }: MiddleProps) {
  const [progress, setProgress] = useState({ arrived: 0, total: 0 });
  // Slices arrive by the hundred: the rest of the middle is not drawn anew for each.
  const onProgress = useMemo(() => {
    const show = gate(PROGRESS_MS, setProgress);
    return (arrived: number, total: number) => show({ arrived, total });
  }, []);
  const requester = place.file?.hospital?.name ?? '';
  return (
    <section class="room-stage" aria-label={t('共享阅片')}>
      <Stage
        room={room}
        library={place.library}
        ready={place.ready}
        photographs={photographs(place.file)}
        onKeyImage={onKeyImage}
        onProgress={onProgress}
      />
      <LeadBar room={room} progress={progress} />
      <div class="decision">
        <Decision
          room={room}
          desk={place.desk}
          thumbs={place.thumbs}
          requester={requester}
          mayDraft={mayDraft(room, place)}
        />
        <PollPane room={room} />
      </div>
    </section>
  );
}

function titleOf(room: Room, place: Place): string {
  if (room.isCase && place.file) return [place.file.number, place.file.title].filter(Boolean).join(' · ');
  return place.meeting?.title ?? room.facts.title;
}

/** Takes what is on the screen as a key image, to go with the next message. */
function takeShot(room: Room, place: Place, attach: (shot: KeyImage) => void): void {
  if (!room.mayPost) return;
  const shot = room.shared.viewer?.keyImage();
  if (!shot) {
    toast(t('先打开一幅图像，再存为关键图。'), 'info');
    return;
  }
  place.thumbs.keep(shot.key, shot.thumbnail);
  attach(shot.key);
}

/** Whether there is anything to decide here, for this person, by now. Until then the pictures have the room. */
function hasDecision(room: Room, place: Place): boolean {
  if (!room.isCase) return false;
  return place.desk.opinion !== null || room.state.polls.length > 0 || room.mayLead || mayDraft(room, place);
}

function classesOf(room: Room, place: Place, isAgendaOpen: boolean): string {
  const classes = ['room', isAgendaOpen ? 'is-agenda-open' : '', hasDecision(room, place) ? '' : 'no-decision'];
  if (place.desk.writing) classes.push('is-drafting');
  return classes.filter(Boolean).join(' ');
}

export function App({ room }: { room: Room }) {
  const place = useRoom(room);
  const tone = useMemo(() => (person: string) => `tone-${room.colourOf(person)}`, [room.state.tones]);
  const [pane, setPane] = useState<Pane>(room.isCase ? 'images' : 'agenda');
  const [isAgendaOpen, setAgendaOpen] = useState(false);
  const [finishing, setFinishing] = useState(false);
  const [shot, setShot] = useState<KeyImage | null>(null);
  const finish = async (outcome: string, reason: string, goOn: boolean) => {
    await place.finish(outcome, reason, goOn);
    setFinishing(false);
  };
  const absent = awaited(place.meeting, room.members);
  const onKeyImage = () =>
    takeShot(room, place, (taken) => {
      setShot(taken);
      setPane((was) => (was === 'images' ? 'talk' : was));
    });
  if (room.ending && !room.isSignedOut) return <Ended ending={room.ending} isCase={room.isCase} />;
  return (
    <Tones.Provider value={tone}>
      <main
        class={classesOf(room, place, isAgendaOpen)}
        id="main"
        data-pane={pane}
        inert={room.isSignedOut}
        data-status={room.line.status}
        data-room={room.facts.id}
        data-head={room.state.lines[room.state.lines.length - 1]?.seq ?? 0}
      >
        <TopBar
          room={room}
          title={titleOf(room, place)}
          call={callOf(room, place)}
          absent={absent.map((one) => one.name)}
          isAgendaOpen={isAgendaOpen}
          onAgenda={() => setAgendaOpen(!isAgendaOpen)}
        />
        <Left room={room} place={place} onNext={() => setFinishing(true)} />
        {room.isCase ? (
          <Middle room={room} place={place} onKeyImage={onKeyImage} />
        ) : (
          <Waiting room={room} meeting={place.meeting} />
        )}
        <Talk
          room={room}
          thumbs={place.thumbs}
          known={place.library.places().length}
          absent={absent}
          chair={place.meeting?.stand_in?.id ?? place.meeting?.chair?.id ?? ''}
          onKeyImage={onKeyImage}
          attached={shot}
          onDetach={() => setShot(null)}
        />
        <Tabs room={room} pane={pane} onChange={setPane} />
        {room.waiting && room.isCase ? <MovedOn meeting={place.meeting} /> : null}
        {finishing ? (
          <NextDialog
            next={place.meeting ? nextItem(place.meeting.agenda) : null}
            onClose={() => setFinishing(false)}
            onFinish={finish}
          />
        ) : null}
      </main>
      {room.isSignedOut ? <SignedOut /> : null}
    </Tones.Provider>
  );
}
