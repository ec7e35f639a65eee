/** Linked scrolling of two stacks: by millimetres along the normal where that has a meaning, else by share. */
import { along, dot, normal } from './geometry.ts';
import type { Frame, Vector } from './types.ts';

export type Stack = readonly Pick<Frame, 'orientation' | 'position_mm'>[];

/** What is kept of the moment of linking. `offset`: millimetres, or places in the stack where there is no geometry. */
export type Link = { kind: 'mm'; direction: Vector; offset: number } | { kind: 'share'; offset: number };

/** Cosine above which two normals count as parallel (about 8°). */
const PARALLEL = 0.99;

function direction(stack: Stack): Vector | null {
  const first = stack[0];
  if (!first || stack.length < 2 || stack.some((frame) => !frame.position_mm)) return null;
  const found = normal(first);
  const same = found && stack.every((frame) => Math.abs(dot(found, normal(frame) ?? [0, 0, 0])) > PARALLEL);
  return same ? found : null;
}

function place(stack: Stack, index: number, towards: Vector): number {
  const frame = stack[index];
  return frame ? (along(frame, towards) ?? 0) : 0;
}

const share = (stack: Stack, index: number) => (stack.length < 2 ? 0 : index / (stack.length - 1));

/** Links two stacks as they stand now. */
export function makeLink(one: Stack, at: number, two: Stack, other: number): Link {
  const [a, b] = [direction(one), direction(two)];
  if (a && b && Math.abs(dot(a, b)) > PARALLEL) {
    return { kind: 'mm', direction: a, offset: place(two, other, a) - place(one, at, a) };
  }
  return { kind: 'share', offset: share(two, other) - share(one, at) };
}

/** Seen from the other side. */
export function reversed(link: Link): Link {
  return { ...link, offset: -link.offset };
}

/** The index in `two` that belongs to `at` in `one`. */
export function linked(link: Link, one: Stack, at: number, two: Stack): number {
  if (link.kind === 'share') {
    const target = (share(one, at) + link.offset) * (two.length - 1);
    return Math.min(two.length - 1, Math.max(0, Math.round(target)));
  }
  const target = place(one, at, link.direction) + link.offset;
  let [best, nearest] = [0, Number.POSITIVE_INFINITY];
  two.forEach((_, index) => {
    const off = Math.abs(place(two, index, link.direction) - target);
    if (off < nearest) [best, nearest] = [index, off];
  });
  return best;
}
