/** Fetches the frames of one series: nearest first, a few at a time, with retries; the bytes go to the cache. */
import type { FrameCache } from './cache.ts';
import { backOff, loadOrder, withinBudget } from './order.ts';
import type { Frame, Pixels } from './types.ts';

export type FetchBytes = (url: string, signal: AbortSignal) => Promise<ArrayBuffer>;

/** A refusal that another try will not change (no right, not there). */
export class Refused extends Error {}

export type FrameStatus = 'ready' | 'waiting' | 'failed' | 'impossible';

export interface LoaderOptions {
  cache: FrameCache;
  /** Requests at the same time. */
  concurrency: number;
  fetchBytes?: FetchBytes;
  onFrame: (index: number) => void;
}

/** Frames this close to the shown one are fetched as fast as may be, farther ones `FAR_REQUESTS` at a time: a room of
 *  people who each fetch 250 slices would keep its pointers and messages waiting. */
const NEAR = 24;
const FAR_REQUESTS = 2;

async function fetchFrame(url: string, signal: AbortSignal): Promise<ArrayBuffer> {
  const answer = await fetch(url, { signal, credentials: 'same-origin' });
  if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) throw new Refused(String(answer.status));
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.arrayBuffer();
}

/** The bytes as pixels; a frame that is too short is an error, never a half picture. */
export function decoded(frame: Pick<Frame, 'kind' | 'rows' | 'columns'>, bytes: ArrayBuffer): Pixels {
  const count = frame.rows * frame.columns;
  const expected = frame.kind === 'mono16' ? count * 2 : count * 3;
  if (bytes.byteLength < expected) throw new Error(`${bytes.byteLength} of ${expected} bytes`);
  return frame.kind === 'mono16' ? new Int16Array(bytes, 0, count) : new Uint8Array(bytes, 0, expected);
}

export class FrameLoader {
  concurrency: number;
  private readonly cache: FrameCache;
  private readonly fetchBytes: FetchBytes;
  private readonly onFrame: (index: number) => void;
  private readonly running = new Map<number, AbortController>();
  private readonly tries = new Map<number, number>();
  private readonly failures = new Map<number, Error>();
  private readonly resting = new Set<ReturnType<typeof setTimeout>>();
  private readonly paused = new Set<number>();
  private queue: number[] = [];
  private current = 0;
  private closed = false;
  private readonly frames: readonly Frame[];

  constructor(frames: readonly Frame[], options: LoaderOptions) {
    this.frames = frames;
    this.cache = options.cache;
    this.concurrency = options.concurrency;
    this.fetchBytes = options.fetchBytes ?? fetchFrame;
    this.onFrame = options.onFrame;
  }

  /** Frames in memory, and those that can be shown at all. */
  progress(): { arrived: number; total: number } {
    const shown = this.frames.filter((frame) => frame.url !== null);
    return { arrived: shown.filter((frame) => this.cache.has(frame.url as string)).length, total: shown.length };
  }

  status(index: number): FrameStatus {
    const frame = this.frames[index];
    if (!frame?.url) return 'impossible';
    if (this.cache.has(frame.url)) return 'ready';
    return this.failures.has(index) ? 'failed' : 'waiting';
  }

  pixels(index: number): Pixels | null {
    const url = this.frames[index]?.url;
    return url ? this.cache.get(url) : null;
  }

  /** Says what is looked at now and where the scroll goes; everything else follows from that. */
  want(index: number, direction: 1 | -1): void {
    this.current = index;
    const order = loadOrder(this.frames.length, index, direction);
    const size = (at: number) => this.frames[at]?.bytes ?? 0;
    this.queue = withinBudget(order, size, this.cache.budget).filter((at) => this.missing(at));
    this.makeRoom();
    this.pump();
  }

  /** Tries again what failed. */
  retry(): void {
    this.failures.clear();
    this.tries.clear();
    this.want(this.current, 1);
  }

  close(): void {
    this.closed = true;
    this.queue = [];
    for (const request of this.running.values()) request.abort();
    for (const timer of this.resting) clearTimeout(timer);
  }

  private missing(index: number): boolean {
    const url = this.frames[index]?.url;
    return Boolean(url) && !this.cache.has(url as string) && !this.running.has(index) && !this.failures.has(index);
  }

  /** After a jump the shown frame must not wait behind six others: the most distant request gives way. */
  private makeRoom(): void {
    if (!this.queue.includes(this.current) || this.running.size < this.concurrency) return;
    const far = [...this.running.keys()].sort((a, b) => Math.abs(b - this.current) - Math.abs(a - this.current))[0];
    if (far === undefined) return;
    this.running.get(far)?.abort();
    this.running.delete(far);
    this.queue.push(far);
  }

  private allowed(index: number): number {
    const isNear = Math.abs(index - this.current) <= NEAR;
    return isNear ? this.concurrency : Math.min(this.concurrency, FAR_REQUESTS);
  }

  private pump(): void {
    while (!this.closed && this.running.size < this.concurrency) {
      const at = this.queue.findIndex((index) => !this.paused.has(index));
      if (at < 0) return;
      if (this.running.size >= this.allowed(this.queue[at] as number)) return;
      const [next] = this.queue.splice(at, 1) as [number];
      // The other viewport may show the same series and have fetched it meanwhile.
      if (this.status(next) === 'ready') this.onFrame(next);
      else void this.fetchOne(next);
    }
  }

  private async fetchOne(index: number): Promise<void> {
    const frame = this.frames[index] as Frame;
    const request = new AbortController();
    this.running.set(index, request);
    try {
      const bytes = await this.fetchBytes(frame.url as string, request.signal);
      if (request.signal.aborted) return;
      this.cache.set(frame.url as string, decoded(frame, bytes));
      this.tries.delete(index);
      this.onFrame(index);
    } catch (error) {
      if (!request.signal.aborted) this.failed(index, error as Error);
    } finally {
      if (this.running.get(index) === request) this.running.delete(index);
      this.pump();
    }
  }

  private failed(index: number, error: Error): void {
    const tries = (this.tries.get(index) ?? 0) + 1;
    this.tries.set(index, tries);
    const pause = error instanceof Refused ? null : backOff(tries);
    if (pause === null) {
      this.failures.set(index, error);
      this.onFrame(index);
      return;
    }
    this.queue.unshift(index);
    this.paused.add(index);
    const timer = setTimeout(() => {
      this.resting.delete(timer);
      this.paused.delete(index);
      this.pump();
    }, pause);
    this.resting.add(timer);
  }
}
