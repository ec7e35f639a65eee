/** Writing the consensus together: the edition as it is, one's own text on top of it, saving, what clashes. */
import type { KeyImage } from '../imaging/types.ts';
import { Problem } from '../kernel/http.ts';
import { type Clash, merge, print, yielded } from './merge.ts';
import {
  act,
  adopted,
  type Opinion,
  type OpinionText,
  openDraft,
  readOpinion,
  saveOpinion,
  sendable,
  type TextChange,
  textOf,
} from './opinion.ts';

const QUIET_MS = 2500;

export interface DeskHost {
  caseId: string;
  changed: () => void;
}

/** How an attempt to sign ended. */
export type Signing =
  | { kind: 'done' }
  | { kind: 'confirm' }
  | { kind: 'changed'; changes: TextChange[] }
  | { kind: 'problem'; detail: string };

export class Desk {
  opinion: Opinion | null = null;
  /** One's own text while one writes. */
  text: OpinionText | null = null;
  clashes: Clash[] = [];
  /** Sentences of the last refusal, by field; under `''` what belongs to none. */
  problems: Readonly<Record<string, string>> = {};
  /** The fingerprint of the text that this person has before their eyes. */
  read: string | null = null;
  private readonly host: DeskHost;
  private base: OpinionText | null = null;
  private theirs: OpinionText | null = null;
  private running: Promise<boolean> | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: DeskHost) {
    this.host = host;
  }

  get writing(): boolean {
    return this.text !== null;
  }

  get saving(): boolean {
    return this.running !== null;
  }

  get dirty(): boolean {
    return this.text !== null && this.base !== null && print(sendable(this.text)) !== print(sendable(this.base));
  }

  may(action: string): boolean {
    return this.opinion?.allowed.includes(action) ?? false;
  }

  /** Reads the edition anew: somebody did something to it. */
  async load(id: string): Promise<void> {
    const fresh = await readOpinion(id);
    if (this.opinion?.id === fresh.id && this.opinion.version > fresh.version) return;
    if (this.writing && fresh.version !== this.opinion?.version && !this.saving) this.takeIn(fresh);
    this.settle(fresh);
  }

  /** Begins to write; opens a draft if there is none. */
  async write(): Promise<void> {
    if (!this.opinion || !['draft', 'proposed'].includes(this.opinion.state)) {
      this.settle(await openDraft(this.host.caseId));
    }
    this.base = this.filled(textOf(this.opinion as Opinion));
    this.text = this.base;
    this.host.changed();
  }

  change(part: Partial<OpinionText>): void {
    if (!this.text) return;
    this.text = { ...this.text, ...part };
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.save(), QUIET_MS);
    this.host.changed();
  }

  addKeyImage(image: KeyImage): void {
    if (this.text) this.change({ key_images: [...this.text.key_images, image] });
  }

  /** Saves what one wrote, after a saving that is on its way; false when it could not be. Clashes wait for a person. */
  async save(): Promise<boolean> {
    clearTimeout(this.timer);
    while (this.running) await this.running;
    if (!this.dirty) return true;
    if (this.clashes.length > 0) return false;
    this.running = this.saveNow();
    this.host.changed();
    try {
      return await this.running;
    } finally {
      this.running = null;
      this.host.changed();
    }
  }

  private async saveNow(): Promise<boolean> {
    const { text, opinion } = this;
    if (!text || !opinion) return true;
    try {
      const saved = await saveOpinion(opinion.id, text, opinion.version);
      this.problems = {};
      this.settle(saved);
      this.base = this.filled(textOf(saved));
      if (this.text) this.text = adopted(this.text, saved);
      return true;
    } catch (error) {
      return await this.unsaved(error);
    }
  }

  /** In a clash: `field` as the other wrote it, or as one wrote it oneself. */
  decide(field: string, whose: 'mine' | 'theirs'): void {
    if (whose === 'theirs' && this.text && this.theirs) this.text = yielded(this.text, this.theirs, field);
    this.clashes = this.clashes.filter((clash) => clash.field !== field);
    this.host.changed();
    if (this.clashes.length === 0) void this.save();
  }

  /** Stops writing; what was not saved is saved first. False when that failed. */
  async stop(): Promise<boolean> {
    if (!(await this.save())) return false;
    this.text = this.base = this.theirs = null;
    this.problems = {};
    this.host.changed();
    return true;
  }

  async propose(): Promise<void> {
    if (this.writing && !(await this.stop())) return;
    await this.run('propose');
  }

  /** `propose`, `unsign`, `issue`, `amend`. A refusal stands in `problems`. */
  async run(action: string, body: Record<string, unknown> = {}): Promise<boolean> {
    if (!this.opinion) return false;
    try {
      this.problems = {};
      this.settle(await act(this.opinion.id, action, body));
      return true;
    } catch (error) {
      this.refuse(error);
      return false;
    }
  }

  async sign(stance: string, text: string, password: string): Promise<Signing> {
    if (!this.opinion) return { kind: 'problem', detail: '' };
    const body = {
      fingerprint: this.read ?? this.opinion.fingerprint,
      stance,
      ...(text ? { text } : {}),
      ...(password ? { confirm: { password } } : {}),
    };
    try {
      this.settle(await act(this.opinion.id, 'sign', body));
      return { kind: 'done' };
    } catch (error) {
      return this.unsigned(error);
    }
  }

  private async unsigned(error: unknown): Promise<Signing> {
    if (!(error instanceof Problem)) throw error;
    if (error.code === 'confirm_required') return { kind: 'confirm' };
    if (error.code === 'text_changed' && this.opinion) {
      await this.load(this.opinion.id);
      this.read = this.opinion.fingerprint;
      return { kind: 'changed', changes: (error.facts.changes as TextChange[] | undefined) ?? [] };
    }
    const detail = Object.values(error.fields).flat().join(' ') || error.detail;
    return { kind: 'problem', detail };
  }

  private async unsaved(error: unknown): Promise<boolean> {
    const isStale = error instanceof Problem && error.code === 'stale';
    if (!isStale || !this.opinion) {
      this.refuse(error);
      return false;
    }
    const fresh = await readOpinion(this.opinion.id).catch(() => null);
    if (!fresh) return false;
    this.takeIn(fresh);
    this.settle(fresh);
    if (this.clashes.length > 0) return false;
    this.timer = setTimeout(() => void this.save(), 0);
    return false;
  }

  /** What another wrote goes under one's own text. */
  private takeIn(fresh: Opinion): void {
    if (!this.text || !this.base) return;
    const theirs = this.filled(textOf(fresh));
    const { text, clashes } = merge(this.base, this.text, theirs);
    this.theirs = theirs;
    this.text = text;
    this.base = theirs;
    this.clashes = clashes;
  }

  private settle(opinion: Opinion): void {
    this.opinion = opinion;
    this.host.changed();
  }

  /** Each question has its place, answered or not. */
  private filled(text: OpinionText): OpinionText {
    const given = new Map(text.answers.map((answer) => [answer.question_id, answer]));
    const answers = (this.opinion?.questions ?? []).map(
      ({ id }) => given.get(id) ?? { question_id: id, text: '', cannot_answer_because: null },
    );
    return { ...text, answers };
  }

  private refuse(error: unknown): void {
    if (!(error instanceof Problem)) throw error;
    const fields = Object.entries(error.fields).map(([field, said]) => [field, said.join(' ')]);
    this.problems = fields.length > 0 ? Object.fromEntries(fields) : { '': error.detail };
    this.host.changed();
  }
}
