/** What surrounds a room, read from the API: the case, its images, the meeting, the opinion. Kept up to date by the
 * log: an entry says that something changed, and it is read again. */
import { toast } from '../kernel/toast.ts';
import {
  type AgendaItem,
  endMeeting,
  finishItem,
  giveMinutes,
  type Meeting,
  nextItem,
  readMeeting,
  standIn,
  startItem,
  startMeeting,
} from './agenda.ts';
import { type CaseFile, readCase } from './casefile.ts';
import { Desk } from './desk.ts';
import type { Room } from './room.ts';
import { Library, type Study } from './studies.ts';
import { Thumbs } from './thumbs.ts';

const MORE_MINUTES = 3;
const AGAIN_MS = 60_000;
const OPEN = ['draft', 'proposed'];
/** Notes that say that images or papers of the case came or went. */
const OF_CASE = /^(images|paper)_/;

export class Place {
  file: CaseFile | null = null;
  meeting: Meeting | null = null;
  /** The studies were read, whether there are any or not. */
  ready = false;
  readonly library: Library;
  readonly thumbs: Thumbs;
  readonly desk: Desk;
  private readonly room: Room;
  private readonly changed: () => void;
  private readonly caption: (file: CaseFile) => string;
  private agendaSeen = -1;
  private caseSeen = 0;
  private consensusSeen = 0;

  constructor(room: Room, changed: () => void, caption: (file: CaseFile) => string) {
    this.room = room;
    this.changed = changed;
    this.caption = caption;
    this.library = new Library(room.isCase ? () => this.studies() : null, room.facts.subject.id);
    this.thumbs = new Thumbs(this.library);
    this.desk = new Desk({ caseId: room.facts.subject.id, changed });
    setInterval(() => void this.readMeeting(), AGAIN_MS);
  }

  async open(): Promise<void> {
    if (this.room.isCase) await this.readCase();
    else await this.readMeeting();
    this.ready = true;
    this.changed();
  }

  /** Looks whether the log tells of something that has to be read again. */
  heed(): void {
    const { lines, consensus } = this.room.state;
    const happened = lines.filter((line) => line.kind === 'happening');
    const agenda = happened.filter((line) => ['agenda', 'note', 'lead'].includes(line.type));
    const seq = agenda[agenda.length - 1]?.seq ?? 0;
    if (seq !== this.agendaSeen && this.room.hasHistory) {
      this.agendaSeen = seq;
      void this.readMeeting();
    }
    const ofCase = happened.filter((line) => line.type === 'note' && OF_CASE.test(String(line.body.code)));
    const caseSeq = ofCase[ofCase.length - 1]?.seq ?? 0;
    if (caseSeq > this.caseSeen && this.ready) {
      this.caseSeen = caseSeq;
      this.readImages().catch(() => {
        this.caseSeen = 0; // the line is down: with what is heard next
      });
    }
    if (consensus && consensus.seq > this.consensusSeen) {
      this.consensusSeen = consensus.seq;
      this.desk.load(consensus.id).catch(() => undefined);
    }
  }

  // ── what who leads the meeting does ────────────────────────────────────────────────────────────────────────────

  extend(): Promise<void> {
    const { item } = this.room.state;
    return this.act(async () => {
      if (item && this.meeting) await giveMinutes(this.meeting.id, item.id, item.minutes + MORE_MINUTES);
    });
  }

  /** Ends the running item, then begins the next where that is wanted. Refusals are the caller's to show. */
  async finish(outcome: string, reason: string, goOn: boolean): Promise<void> {
    const { item } = this.room.state;
    const { meeting } = this;
    if (!item || !meeting) return;
    const next = nextItem(meeting.agenda);
    await finishItem(meeting.id, item.id, outcome, reason);
    if (goOn && next) await startItem(meeting.id, next.id);
    await this.readMeeting();
  }

  start(item: AgendaItem): Promise<void> {
    return this.act(async () => {
      if (this.meeting) await startItem(this.meeting.id, item.id);
    });
  }

  begin(): Promise<void> {
    return this.act(async () => void (this.meeting && (await startMeeting(this.meeting.id))));
  }

  end(): Promise<void> {
    return this.act(async () => void (this.meeting && (await endMeeting(this.meeting.id))));
  }

  standIn(): Promise<void> {
    return this.act(async () => void (this.meeting && (await standIn(this.meeting.id))));
  }

  private async act(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      toast((error as Error).message, 'warn');
    }
    await this.readMeeting();
  }

  // ── reading ────────────────────────────────────────────────────────────────────────────────────────────────────

  private async readCase(): Promise<void> {
    try {
      await this.readImages();
      const last = this.file?.consensus.find((one) => OPEN.includes(one.state)) ?? this.issued();
      if (last) await this.desk.load(last.id);
    } catch (error) {
      toast((error as Error).message, 'warn');
    }
  }

  private async readImages(): Promise<void> {
    const studies = await this.studies();
    this.library.set(studies, this.file ? this.caption(this.file) : '');
    this.changed();
  }

  private issued(): { id: string } | undefined {
    return this.file?.consensus.filter((one) => one.state === 'issued').sort((a, b) => b.edition - a.edition)[0];
  }

  private async studies(): Promise<readonly Study[]> {
    this.file = await readCase(this.room.facts.subject.id);
    return this.file.studies;
  }

  private async readMeeting(): Promise<void> {
    const id = this.room.isCase ? this.room.state.meeting : this.room.facts.subject.id;
    if (!id) return;
    this.meeting = await readMeeting(id).catch(() => this.meeting);
    this.changed();
  }
}
