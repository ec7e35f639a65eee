/** Bytes a second over the last seconds, and what that means for the rest. */
import { t } from '../../kernel/i18n.ts';

const WINDOW_MS = 6000;

export class Speed {
  #marks: { at: number; bytes: number }[] = [];

  note(bytes: number, at: number = Date.now()): void {
    if (bytes < (this.#marks.at(-1)?.bytes ?? 0)) this.#marks = [];
    this.#marks.push({ at, bytes });
    this.#marks = this.#marks.filter((mark) => at - mark.at <= WINDOW_MS);
  }

  /** 0 until there is something to measure. */
  bytesPerSecond(): number {
    const [first, last] = [this.#marks[0], this.#marks.at(-1)];
    if (!first || !last || last.at - first.at < 500) return 0;
    return ((last.bytes - first.bytes) / (last.at - first.at)) * 1000;
  }
}

export function megabytes(bytes: number): string {
  if (bytes > 0 && bytes < 100_000) return `${Math.max(1, Math.round(bytes / 1000))} KB`;
  return `${bytes < 10_000_000 ? (bytes / 1_000_000).toFixed(1) : Math.round(bytes / 1_000_000)} MB`;
}

export function timeLeft(bytes: number, perSecond: number): string {
  if (perSecond <= 0) return '';
  const seconds = Math.ceil(bytes / perSecond);
  if (seconds < 60) return t('约剩 {n} 秒', { n: seconds });
  if (seconds < 3600) return t('约剩 {n} 分钟', { n: Math.ceil(seconds / 60) });
  return t('约剩 {n} 小时', { n: (seconds / 3600).toFixed(1) });
}
