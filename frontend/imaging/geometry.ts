/** Where slices lie in the patient: normals, positions, letters, linked stacks. No DOM. */
import type { Frame, Rotation, Vector, ViewState } from './types.ts';

export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** Directions of increasing column and of increasing row, or null without a sound orientation. */
export function axes(frame: Pick<Frame, 'orientation'>): { row: Vector; column: Vector } | null {
  const o = frame.orientation;
  if (o?.length !== 6 || o.some((part) => !Number.isFinite(part))) return null;
  const [a, b, c, d, e, f] = o as [number, number, number, number, number, number];
  return { row: [a, b, c], column: [d, e, f] };
}

export function normal(frame: Pick<Frame, 'orientation'>): Vector | null {
  const found = axes(frame);
  if (!found) return null;
  const across = cross(found.row, found.column);
  const length = Math.hypot(...across);
  return length < 0.5 ? null : [across[0] / length, across[1] / length, across[2] / length];
}

/** Millimetres along a direction, or null without a position. */
export function along(frame: Pick<Frame, 'position_mm'>, direction: Vector): number | null {
  return frame.position_mm ? dot(frame.position_mm, direction) : null;
}

/** Components below this share of the direction get no letter. */
const LETTER_FLOOR = 0.35;

/** The letters a direction points to, strongest first, two at most: `[0.8, -0.6, 0]` → `LA`. */
export function letters(direction: Vector): string {
  const named = [
    { size: Math.abs(direction[0]), letter: direction[0] > 0 ? 'L' : 'R' },
    { size: Math.abs(direction[1]), letter: direction[1] > 0 ? 'P' : 'A' },
    { size: Math.abs(direction[2]), letter: direction[2] > 0 ? 'H' : 'F' },
  ];
  const strong = named.filter((one) => one.size >= LETTER_FLOOR).sort((a, b) => b.size - a.size);
  return strong
    .slice(0, 2)
    .map((one) => one.letter)
    .join('');
}

export interface Edges {
  top: string;
  right: string;
  bottom: string;
  left: string;
}

const minus = (v: Vector): Vector => [-v[0], -v[1], -v[2]];

/** The letters at the four edges of the screen, after flip and rotation. */
export function edgeLetters(frame: Pick<Frame, 'orientation'>, view: Pick<ViewState, 'rotate' | 'flip'>): Edges | null {
  const found = axes(frame);
  if (!found) return null;
  const right = view.flip ? minus(found.row) : found.row;
  const around = [minus(found.column), right, found.column, minus(right)].map(letters);
  // A quarter turn clockwise brings what was on the left to the top.
  const turns = view.rotate / 90;
  const at = (edge: number) => around[(edge - turns + 4) % 4] as string;
  return { top: at(0), right: at(1), bottom: at(2), left: at(3) };
}

export function turned(rotate: Rotation, by: 90 | -90): Rotation {
  return ((rotate + by + 360) % 360) as Rotation;
}
