/** Between image pixels and the viewport's CSS pixels. One affine map from the view state; no DOM. */
import type { Frame, Point, ViewState } from './types.ts';

export interface Size {
  width: number;
  height: number;
}

export type Placing = Pick<ViewState, 'zoom' | 'pan' | 'rotate' | 'flip'>;

/** `x' = a·x + c·y + e`, `y' = b·x + d·y + f`, the order of canvas and SVG. */
export interface Affine {
  a: number;
  b: number;
  c: number;
  d: number;
  e: number;
  f: number;
}

type Shape = Pick<Frame, 'rows' | 'columns' | 'spacing_mm'>;

/** Height of a pixel divided by its width. */
export function pixelAspect(frame: Shape): number {
  const spacing = frame.spacing_mm;
  const ratio = spacing ? spacing[0] / spacing[1] : 1;
  return ratio > 0.05 && ratio < 20 ? ratio : 1;
}

/** CSS pixels per image column when the whole picture just fits. */
export function fitScale(frame: Shape, size: Size, rotate: number): number {
  const [across, down] = [frame.columns, frame.rows * pixelAspect(frame)];
  const [width, height] = rotate % 180 === 0 ? [across, down] : [down, across];
  return Math.max(1e-6, Math.min(size.width / width, size.height / height));
}

const COS = { 0: 1, 90: 0, 180: -1, 270: 0 } as const;
const SIN = { 0: 0, 90: 1, 180: 0, 270: -1 } as const;

/** Flip, then rotate clockwise, about the viewport's centre. */
export function toScreen(frame: Shape, size: Size, placing: Placing): Affine {
  const scale = fitScale(frame, size, placing.rotate) * placing.zoom;
  const sx = placing.flip ? -scale : scale;
  const sy = scale * pixelAspect(frame);
  const [cos, sin] = [COS[placing.rotate], SIN[placing.rotate]];
  const [a, b, c, d] = [cos * sx, sin * sx, -sin * sy, cos * sy];
  const x = frame.columns / 2 - placing.pan[0];
  const y = frame.rows / 2 - placing.pan[1];
  return { a, b, c, d, e: size.width / 2 - a * x - c * y, f: size.height / 2 - b * x - d * y };
}

export function applyTo(map: Affine, [x, y]: Point): Point {
  return [map.a * x + map.c * y + map.e, map.b * x + map.d * y + map.f];
}

export function inverse(map: Affine): Affine {
  const det = map.a * map.d - map.b * map.c;
  const [a, b, c, d] = [map.d / det, -map.b / det, -map.c / det, map.a / det];
  return { a, b, c, d, e: -(a * map.e + c * map.f), f: -(b * map.e + d * map.f) };
}

/** The pan after the picture was dragged by `[dx, dy]` CSS pixels. */
export function dragged(map: Affine, pan: Point, [dx, dy]: Point): Point {
  const back = inverse({ ...map, e: 0, f: 0 });
  const [x, y] = applyTo(back, [dx, dy]);
  return [pan[0] + x, pan[1] + y];
}

export const ZOOM_LIMITS = [0.2, 30] as const;

/** Zooms by a factor so that the image point under `at` (CSS pixels) stays there. */
export function zoomedAt(frame: Shape, size: Size, placing: Placing, change: { at: Point; by: number }): Placing {
  const zoom = Math.min(ZOOM_LIMITS[1], Math.max(ZOOM_LIMITS[0], placing.zoom * change.by));
  const under = applyTo(inverse(toScreen(frame, size, placing)), change.at);
  const moved = { ...placing, zoom };
  const map = toScreen(frame, size, moved);
  const now = applyTo(map, under);
  return { ...moved, pan: dragged(map, placing.pan, [change.at[0] - now[0], change.at[1] - now[1]]) };
}
