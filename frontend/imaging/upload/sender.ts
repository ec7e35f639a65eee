/** Sends files by tus, four at a time, and comes back to each after a cut line until it is there or refused for good. */
import { type DetailedError, Upload } from 'tus-js-client';
import { csrfToken } from '../../kernel/http.ts';
import { t } from '../../kernel/i18n.ts';

export type SendState = 'waiting' | 'sending' | 'sent' | 'failed';

/** One file on its way. `sent` counts its bytes; `problem` is the sentence of a file that cannot be sent. */
export interface Item {
  readonly path: string;
  readonly file: File;
  readonly batch: string;
  readonly seriesUid: string;
  state: SendState;
  sent: number;
  problem: string;
  tries: number;
  notBefore: number;
  upload: Upload | null;
}

const PARALLEL = 4;
/** Larger files are announced first, so that a cut line finds them again; small ones go in one request. */
const ONE_REQUEST_BYTES = 2 << 20;
const BACK_OFF_MS = [500, 1000, 2000, 4000, 8000, 15_000, 30_000] as const;
/** Answers that speak of the line or the whole server, not of one file. */
const LINE_DOWN = new Set([0, 502, 503, 504]);
const FOR_GOOD = new Set([403, 404, 413, 415, 422]);

export class Sender {
  /** Called whenever something changed. */
  onChange: () => void = () => undefined;
  /** Called when a batch has nothing left to send. */
  onBatchSent: (batch: string) => void = () => undefined;
  isPaused = false;
  /** A sentence while nothing can be sent: signed out, disk full. */
  blocked = '';
  readonly #queue: Item[] = [];
  readonly #metadata: Readonly<Record<string, string>>;
  #timer = 0;
  #lineTries = 0;
  #lineBack = 0;

  constructor(metadata: Readonly<Record<string, string>>) {
    this.#metadata = metadata;
    window.addEventListener('online', () => this.#hurry());
    window.addEventListener('offline', () => this.onChange());
  }

  /** The server cannot be reached; it is asked again by itself. */
  get isLineDown(): boolean {
    return this.#lineTries > 0;
  }

  add(items: readonly Item[]): void {
    this.#queue.push(...items);
    this.#fill();
  }

  /** Forgets a batch; what is on its way is broken off. */
  drop(batch: string): void {
    for (const item of this.#queue.filter((each) => each.batch === batch)) void item.upload?.abort();
    const rest = this.#queue.filter((each) => each.batch !== batch);
    this.#queue.splice(0, this.#queue.length, ...rest);
    this.#fill();
  }

  pause(): void {
    this.isPaused = true;
    for (const item of this.#queue) {
      // A file that goes in one request ends by itself soon; broken off, it would have to be sent twice.
      if (item.state !== 'sending' || item.file.size <= ONE_REQUEST_BYTES) continue;
      void item.upload?.abort();
      item.state = 'waiting';
    }
    this.onChange();
  }

  resume(): void {
    this.isPaused = false;
    this.blocked = '';
    this.#hurry();
  }

  /** Sends a file again that had failed. */
  again(item: Item): void {
    item.state = 'waiting';
    item.problem = '';
    item.tries = 0;
    if (!this.#queue.includes(item)) this.#queue.push(item);
    this.#fill();
  }

  #hurry(): void {
    this.#lineBack = 0;
    for (const item of this.#queue) item.notBefore = 0;
    this.#fill();
  }

  #fill(): void {
    window.clearTimeout(this.#timer);
    this.onChange();
    if (this.isPaused || this.blocked || !navigator.onLine) return;
    let free = PARALLEL - this.#queue.filter((item) => item.state === 'sending').length;
    let soonest = Number.POSITIVE_INFINITY;
    for (const item of this.#queue) {
      if (free <= 0) return;
      if (item.state !== 'waiting') continue;
      const notBefore = Math.max(item.notBefore, this.#lineBack);
      if (notBefore <= Date.now()) {
        this.#send(item);
        free -= 1;
      } else soonest = Math.min(soonest, notBefore);
    }
    if (Number.isFinite(soonest)) {
      this.#timer = window.setTimeout(() => this.#fill(), Math.max(50, soonest - Date.now()));
    }
  }

  #send(item: Item): void {
    item.state = 'sending';
    item.upload ??= this.#uploadOf(item);
    item.upload.start();
  }

  #uploadOf(item: Item): Upload {
    const filename = item.path.split('/').pop() ?? item.path;
    return new Upload(item.file, {
      endpoint: '/uploads/',
      metadata: { ...this.#metadata, filename, relativePath: item.path, batchId: item.batch },
      uploadDataDuringCreation: item.file.size <= ONE_REQUEST_BYTES,
      retryDelays: null,
      storeFingerprintForResuming: false,
      onBeforeRequest: (request) => request.setHeader('X-CSRF-Token', csrfToken()),
      onProgress: (sent) => {
        item.sent = sent;
        this.onChange();
      },
      onSuccess: () => this.#sent(item),
      onError: (error) => this.#failed(item, error as DetailedError),
    });
  }

  #sent(item: Item): void {
    item.state = 'sent';
    item.sent = item.file.size;
    this.#lineTries = 0;
    this.#leave(item);
  }

  #leave(item: Item): void {
    item.upload = null;
    this.#queue.splice(this.#queue.indexOf(item), 1);
    if (!this.#queue.some((each) => each.batch === item.batch)) this.onBatchSent(item.batch);
    this.#fill();
  }

  #failed(item: Item, error: DetailedError): void {
    if (item.state !== 'sending') return;
    const answer = error.originalResponse;
    const status = answer?.getStatus() ?? 0;
    if (status === 0 && error.causingError?.name === 'NotReadableError') {
      this.#giveUp(item, t('文件读不出来：可能已被移走，或存储介质松动。'));
    } else if (status === 401 || (status === 403 && codeOf(answer?.getBody()) === 'csrf')) {
      this.#block(item, t('登录已过期，请重新登录后按“继续”。'));
    } else if (status === 507) {
      this.#block(item, t('服务器存储空间已满，请联系管理员；已上传的不受影响。'));
    } else if (FOR_GOOD.has(status) || (status === 409 && codeOf(answer?.getBody()) === 'batch.closed')) {
      this.#giveUp(item, sentenceOf(answer?.getBody()) || t('服务器没有收下这份文件（{status}）。', { status }));
    } else {
      this.#later(item, status);
    }
  }

  #giveUp(item: Item, problem: string): void {
    item.state = 'failed';
    item.problem = problem;
    this.#leave(item);
  }

  #block(item: Item, sentence: string): void {
    item.state = 'waiting';
    this.blocked = sentence;
    this.onChange();
  }

  /** A file that fails alone waits alone; where the line is down all wait together, else a long queue would be tried
   *  file by file against nothing. */
  #later(item: Item, status: number): void {
    item.state = 'waiting';
    if (!LINE_DOWN.has(status)) {
      item.notBefore = Date.now() + backOff(item.tries);
      item.tries += 1;
    } else if (this.#lineBack <= Date.now()) {
      this.#lineBack = Date.now() + backOff(this.#lineTries);
      this.#lineTries += 1;
    }
    this.#fill();
  }
}

const backOff = (tries: number): number => BACK_OFF_MS[Math.min(tries, BACK_OFF_MS.length - 1)] ?? 1000;

function facts(body: string | undefined): Record<string, unknown> {
  try {
    return JSON.parse(body ?? '') as Record<string, unknown>;
  } catch {
    return {};
  }
}

const codeOf = (body: string | undefined): string => String(facts(body).code ?? '');
const sentenceOf = (body: string | undefined): string => String(facts(body).detail ?? '');
