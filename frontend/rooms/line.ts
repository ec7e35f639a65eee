/** The socket of one room: joining, resuming, acknowledgements, signals. It knows nothing of what entries mean. */
import { io, type Socket } from 'socket.io-client';
import { lookAtSession } from '../kernel/session.ts';
import type { Unsent } from '../kernel/unsent.ts';
import type { Answer } from './outbox.ts';
import type { Entry, Joined, Member, Posted, Presence, Refusal, Signal } from './protocol.ts';

export type LineStatus = 'connecting' | 'live' | 'resuming' | 'offline' | 'closed';

export interface LineHost {
  /** Whose page this is. */
  person: string;
  /** The `seq` up to which everything is here. */
  have: () => number;
  /** Whether this person follows the shared view; the others see it. */
  follows: () => boolean;
  joined: (answer: Joined) => Promise<void>;
  entry: (entry: Entry) => void;
  signal: (signal: Signal) => void;
  presence: (members: Member[]) => void;
  moved: (to: string | null) => void;
  evicted: (code: string) => void;
  refused: (one: Unsent, refusal: Refusal) => void;
  /** What waits may be sent (again). */
  ready: () => void;
  changed: () => void;
}

const ACK_MS = 8000;
const BEAT_MS = 10_000;
const IDLE_MS = 180_000;
const AGAIN_MS = 3000;
/** Refusals that another try may change. */
const PASSING = new Set(['unavailable', 'too_many', 'disk_full', 'timeout', 'not_joined']);

export class RoomLine {
  status: LineStatus = 'connecting';
  /** Milliseconds there and back, of the last beat. */
  rtt: number | null = null;
  /** Why the server lets nobody in: a code while it is tried again, a sentence when it is over. */
  problem = '';
  private readonly room: string;
  private readonly host: LineHost;
  private readonly socket: Socket;
  private joining = false;
  private stale = false;
  private wasLive = false;
  private presence: Presence = 'here';
  private touchedAt = Date.now();
  private beat: ReturnType<typeof setInterval>;
  private again: ReturnType<typeof setTimeout> | undefined;

  constructor(room: string, host: LineHost) {
    this.room = room;
    this.host = host;
    this.socket = io('/room', {
      path: '/socket.io',
      query: { room },
      transports: ['websocket'],
      reconnectionDelay: 300,
      reconnectionDelayMax: 5000,
      randomizationFactor: 0.5,
      autoConnect: false,
    });
    this.listen();
    this.beat = setInterval(() => void this.tick(), BEAT_MS);
    document.addEventListener('visibilitychange', () => void this.tick());
    for (const kind of ['pointerdown', 'keydown', 'wheel'] as const)
      document.addEventListener(kind, () => this.touched(), { passive: true });
  }

  open(): void {
    this.socket.connect();
  }

  close(): void {
    clearInterval(this.beat);
    clearTimeout(this.again);
    this.socket.disconnect();
    this.set('closed');
  }

  /** Begins anew, even after `close`: the person signed in again, and a socket belongs to its session. */
  reopen(): void {
    this.problem = '';
    this.close();
    this.status = 'offline';
    this.beat = setInterval(() => void this.tick(), BEAT_MS);
    this.socket.connect();
  }

  /** Says good-bye, so that the others see it at once. */
  async leave(): Promise<void> {
    if (this.status === 'live') await this.ask('leave', { room: this.room }, 800).catch(() => undefined);
    this.close();
  }

  /** Asks for what is missing: after a gap in the log. */
  rejoin(): void {
    this.stale = true;
    if (!this.joining && this.socket.connected) void this.join();
  }

  /** Sends one of the outbox. Never while disconnected: the library's own buffer would send it a second time. */
  async post(one: Unsent): Promise<Answer> {
    if (this.status !== 'live') return 'later';
    const { client_id, type, body } = one;
    const answer = await this.ask<Posted>('post', { room: this.room, client_id, type, body });
    if (answer.ok) return 'sent';
    if (PASSING.has(answer.code)) {
      clearTimeout(this.again);
      this.again = setTimeout(() => this.host.ready(), AGAIN_MS);
      return 'later';
    }
    this.host.refused(one, answer);
    return 'refused';
  }

  /** Sends what may be lost. */
  signal(type: string, body: Record<string, unknown>): void {
    if (this.status === 'live') this.socket.volatile.emit('signal', { room: this.room, type, body });
  }

  private async ask<T extends { ok: true }>(event: string, payload: unknown, wait = ACK_MS): Promise<T | Refusal> {
    try {
      return (await this.socket.timeout(wait).emitWithAck(event, payload)) as T | Refusal;
    } catch {
      return { ok: false, code: 'timeout', detail: '' };
    }
  }

  private listen(): void {
    const { socket, host, room } = this;
    socket.on('connect', () => void this.join());
    socket.on('disconnect', (reason: string) => this.dropped(reason));
    socket.on('connect_error', (error: Error) => this.failed(error));
    socket.on('entry', (entry: Entry) => entry.room === room && host.entry(entry));
    socket.on('signal', (signal: Signal) => signal.room === room && host.signal(signal));
    socket.on(
      'presence',
      (told: { room: string; members: Member[] }) => told.room === room && host.presence(told.members),
    );
    socket.on('moved', (told: { room: string; to: string | null }) => told.room === room && host.moved(told.to));
    socket.on('evicted', ({ code }: { code: string }) => {
      this.close();
      host.evicted(code);
    });
  }

  private async join(): Promise<void> {
    this.joining = true;
    this.stale = false;
    if (this.wasLive) this.set('resuming');
    const answer = await this.ask<Joined>('join', { room: this.room, after: this.host.have() });
    this.joining = false;
    if (!answer.ok) {
      this.unjoined(answer);
      return;
    }
    if (answer.you.id !== this.host.person) {
      // Another tab signed somebody else in: nothing of this page may be sent or shown in their name.
      this.close();
      window.location.reload();
      return;
    }
    await this.host.joined(answer);
    this.problem = '';
    this.wasLive = true;
    this.set('live');
    this.host.ready();
    void this.tick();
    if (this.stale) void this.join();
  }

  private unjoined(refusal: Refusal): void {
    if (!this.socket.connected) return;
    if (refusal.code === 'not_found') {
      this.problem = refusal.detail;
      this.close();
      return;
    }
    this.again = setTimeout(() => this.socket.connected && void this.join(), AGAIN_MS);
  }

  private dropped(reason: string): void {
    if (this.status === 'closed') return;
    this.rtt = null;
    this.set('offline');
    // The server closed it (restart, too slow): the library would not come back by itself.
    if (reason === 'io server disconnect') this.retry();
  }

  private failed(error: Error): void {
    if (error.message === 'sign_in' && this.problem !== 'sign_in') lookAtSession();
    this.problem = error.message;
    this.set('offline');
    // Refused at the door, for instance after the session ended: the library gives up, signing in again opens it.
    if (!this.socket.active) this.retry();
  }

  private retry(): void {
    clearTimeout(this.again);
    this.again = setTimeout(() => this.socket.connect(), AGAIN_MS);
  }

  private touched(): void {
    this.touchedAt = Date.now();
    if (this.presence !== 'here') void this.tick();
  }

  /** Says where the person is and measures the line; every ten seconds, and when something of it changes. */
  async tick(): Promise<void> {
    const idle = document.hidden || Date.now() - this.touchedAt > IDLE_MS;
    this.presence = idle ? 'away' : 'here';
    if (this.status !== 'live') return;
    const body = { state: this.presence, follow: this.host.follows() };
    const start = performance.now();
    const answer = await this.ask('signal', { room: this.room, type: 'presence', body });
    this.rtt = 'code' in answer && answer.code === 'timeout' ? null : Math.round(performance.now() - start);
    this.host.changed();
  }

  private set(status: LineStatus): void {
    if (this.status === 'closed' && status !== 'closed') return;
    this.status = status;
    this.host.changed();
  }
}
