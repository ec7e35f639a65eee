/** Times of the log as people in China read them. */

const CLOCK = new Intl.DateTimeFormat('zh-CN', {
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
  timeZone: 'Asia/Shanghai',
});
const DAY = new Intl.DateTimeFormat('en-CA', {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  timeZone: 'Asia/Shanghai',
});

/** `15:05` */
export const clockOf = (at: string): string => CLOCK.format(new Date(at));

/** `2026-11-23` */
export const dayOf = (at: string | number): string => DAY.format(new Date(at));

/** `11-23 15:05` */
export const shortOf = (at: string): string => `${dayOf(at).slice(5)} ${clockOf(at)}`;
