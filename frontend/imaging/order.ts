/** Which frames to fetch first. */
import type { Frame } from './types.ts';

/** A stack is opened in its middle, where the server's poster was taken; a film at its start. */
export function openedAt(frames: readonly Frame[]): number {
  return frames[0]?.position_mm ? Math.floor((frames.length - 1) / 2) : 0;
}

/** Ahead of the scroll direction three to one: the shown frame, three ahead, one behind, three ahead … */
export function loadOrder(total: number, current: number, direction: 1 | -1): number[] {
  const order = total > 0 ? [Math.min(total - 1, Math.max(0, current))] : [];
  let [ahead, behind] = [1, 1];
  const push = (index: number) => {
    if (index < 0 || index >= total) return false;
    order.push(index);
    return true;
  };
  while (order.length < total) {
    for (let step = 0; step < 3; step += 1) {
      if (push((order[0] as number) + direction * ahead)) ahead += 1;
    }
    if (push((order[0] as number) - direction * behind)) behind += 1;
  }
  return order;
}

/** The head of the order that fits into the memory budget; the shown frame always does. */
export function withinBudget(order: readonly number[], sizeOf: (index: number) => number, budget: number): number[] {
  let sum = 0;
  const fitting: number[] = [];
  for (const index of order) {
    sum += sizeOf(index);
    if (sum > budget && fitting.length > 0) break;
    fitting.push(index);
  }
  return fitting;
}

/** Milliseconds before the next try, or null when it is time to give up. */
export function backOff(tries: number): number | null {
  return [500, 1500, 4000][tries - 1] ?? null;
}
