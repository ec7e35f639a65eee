/** Lengths, angles and regions from image pixels; labels in the reader's words. No DOM. */
import { t } from '../kernel/i18n.ts';
import type { Annotation, Frame, MarkTool, Measured, Pixels, Point } from './types.ts';

type Scale = Pick<Frame, 'spacing_mm'>;

/** Width and height of a pixel in mm; 1 × 1 where the file has no spacing (then results are pixels). */
function steps(frame: Scale): Point {
  return frame.spacing_mm ? [frame.spacing_mm[1], frame.spacing_mm[0]] : [1, 1];
}

/** The distance in mm, or in pixels without a spacing. */
export function distance(frame: Scale, from: Point, to: Point): number {
  const [sx, sy] = steps(frame);
  return Math.hypot((to[0] - from[0]) * sx, (to[1] - from[1]) * sy);
}

/** Degrees at the corner, 0–180, in true proportions. */
export function angle(frame: Scale, first: Point, corner: Point, second: Point): number {
  const [sx, sy] = steps(frame);
  const u: Point = [(first[0] - corner[0]) * sx, (first[1] - corner[1]) * sy];
  const v: Point = [(second[0] - corner[0]) * sx, (second[1] - corner[1]) * sy];
  const turn = Math.atan2(u[0] * v[1] - u[1] * v[0], u[0] * v[0] + u[1] * v[1]);
  return Math.abs((turn * 180) / Math.PI);
}

export interface Region {
  mean: number;
  sd: number;
  min: number;
  max: number;
  count: number;
}

type Values = Pick<Frame, 'rows' | 'columns' | 'slope' | 'intercept'>;

/** Mean and sample standard deviation of the pixels whose centres lie in the ellipse of that box; null if none do. */
export function ellipseRegion(pixels: Int16Array, frame: Values, box: readonly [Point, Point]): Region | null {
  const [cx, cy] = [(box[0][0] + box[1][0]) / 2, (box[0][1] + box[1][1]) / 2];
  const [rx, ry] = [Math.abs(box[1][0] - box[0][0]) / 2, Math.abs(box[1][1] - box[0][1]) / 2];
  let [count, mean, squares, min, max] = [0, 0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const lastRow = Math.min(frame.rows - 1, Math.floor(cy + ry));
  for (let row = Math.max(0, Math.floor(cy - ry)); row <= lastRow; row += 1) {
    const reach = rx * Math.sqrt(Math.max(0, 1 - ((row + 0.5 - cy) / ry) ** 2));
    if (Math.abs(row + 0.5 - cy) > ry) continue;
    const last = Math.min(frame.columns - 1, Math.floor(cx + reach - 0.5));
    for (let column = Math.max(0, Math.ceil(cx - reach - 0.5)); column <= last; column += 1) {
      const value = (pixels[row * frame.columns + column] as number) * frame.slope + frame.intercept;
      count += 1;
      const off = value - mean;
      mean += off / count;
      squares += off * (value - mean);
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
  }
  return count === 0 ? null : { mean, sd: count > 1 ? Math.sqrt(squares / (count - 1)) : 0, min, max, count };
}

const round = (value: number, digits: number) => Number(value.toFixed(digits));

function ellipseMeasured(frame: Frame, points: readonly Point[], pixels: Pixels | null): Measured {
  const [one, two] = points as [Point, Point];
  const measured: Measured = {};
  if (frame.spacing_mm) {
    const [sx, sy] = steps(frame);
    const area = (Math.PI / 4) * Math.abs(two[0] - one[0]) * sx * Math.abs(two[1] - one[1]) * sy;
    measured.area_mm2 = round(area, 1);
  }
  const region = pixels instanceof Int16Array ? ellipseRegion(pixels, frame, [one, two]) : null;
  if (region) Object.assign(measured, { mean: round(region.mean, 1), sd: round(region.sd, 1) });
  return measured;
}

/** What goes on the wire; empty where nothing can be measured (no spacing, colour). */
export function measure(tool: MarkTool, points: readonly Point[], frame: Frame, pixels: Pixels | null): Measured {
  const [one, two, three] = points;
  if (tool === 'length' && one && two && frame.spacing_mm) return { mm: round(distance(frame, one, two), 1) };
  if (tool === 'angle' && one && two && three) return { deg: round(angle(frame, one, two, three), 1) };
  if (tool === 'ellipse' && one && two) return ellipseMeasured(frame, points, pixels);
  return {};
}

/** The label's lines, from what was measured; a length without a spacing is told in pixels. */
export function labelLines(mark: Pick<Annotation, 'tool' | 'points' | 'text' | 'measured'>, unit: string): string[] {
  const { mm, deg, mean, sd, area_mm2: area } = mark.measured;
  const lines: string[] = mark.text ? [mark.text] : [];
  if (mm !== undefined) lines.push(`${mm.toFixed(1)} mm`);
  if (deg !== undefined) lines.push(`${deg.toFixed(1)}°`);
  if (mean !== undefined) lines.push(`${mean.toFixed(1)} ± ${(sd ?? 0).toFixed(1)} ${unit}`.trim());
  if (area !== undefined) lines.push(`${area.toFixed(1)} mm²`);
  const [one, two] = mark.points;
  if (mark.tool === 'length' && mm === undefined && one && two) {
    lines.push(t('{n} 像素', { n: distance({ spacing_mm: null }, one, two).toFixed(0) }));
  }
  return lines;
}

/** The value under a point in the frame's unit (three for colour), or null outside the picture. */
export function valueAt(pixels: Pixels, frame: Frame, [x, y]: Point): number[] | null {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  if (column < 0 || row < 0 || column >= frame.columns || row >= frame.rows) return null;
  const index = row * frame.columns + column;
  if (frame.kind === 'rgb8') return Array.from(pixels.subarray(index * 3, index * 3 + 3));
  return [(pixels[index] as number) * frame.slope + frame.intercept];
}
