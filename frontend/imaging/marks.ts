/** Annotations and remote pointers as SVG. Shapes follow the image, strokes and labels keep their size on the screen. */
import { t } from '../kernel/i18n.ts';
import { make, makeSvg } from './dom.ts';
import { labelLines } from './measure.ts';
import { type Affine, applyTo } from './transform.ts';
import type { Annotation, Point } from './types.ts';

/** An annotation with what its look needs. */
export interface Mark {
  annotation: Annotation;
  /** 1–6, the person's colour of the room. */
  colour: number;
  /** Named in the label's tooltip. */
  by: string;
  selected: boolean;
  draft: boolean;
}

type Shape = { d: string; label: Point };

const path = (points: readonly Point[]) =>
  points.map(([x, y], at) => `${at ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');

/** A short bar across the end of a length. */
function cap(at: Point, towards: Point): string {
  const [dx, dy] = [towards[0] - at[0], towards[1] - at[1]];
  const length = Math.hypot(dx, dy) || 1;
  const [nx, ny] = [(-dy / length) * 6, (dx / length) * 6];
  return path([
    [at[0] - nx, at[1] - ny],
    [at[0] + nx, at[1] + ny],
  ]);
}

function lengthShape([one, two]: readonly Point[]): Shape {
  if (!one || !two) return { d: '', label: [0, 0] };
  const right = one[0] > two[0] ? one : two;
  return { d: path([one, two]) + cap(one, two) + cap(two, one), label: [right[0] + 9, right[1]] };
}

function angleShape(points: readonly Point[]): Shape {
  const corner = points[1] ?? points[0] ?? [0, 0];
  return { d: path(points), label: [corner[0] + 10, corner[1] + 4] };
}

/** The ellipse of the box as a path, through the affine map (a turned picture turns it by quarter turns only). */
function ellipseShape([one, two]: readonly Point[]): Shape {
  if (!one || !two) return { d: '', label: [0, 0] };
  const [cx, cy] = [(one[0] + two[0]) / 2, (one[1] + two[1]) / 2];
  const [rx, ry] = [Math.abs(two[0] - one[0]) / 2, Math.abs(two[1] - one[1]) / 2];
  const d = `M${cx - rx} ${cy}A${rx} ${ry} 0 1 0 ${cx + rx} ${cy}A${rx} ${ry} 0 1 0 ${cx - rx} ${cy}`;
  return { d, label: [cx + rx + 8, cy] };
}

function arrowShape([tip, tail]: readonly Point[]): Shape {
  if (!tip || !tail) return { d: '', label: [0, 0] };
  const [dx, dy] = [tail[0] - tip[0], tail[1] - tip[1]];
  const length = Math.hypot(dx, dy) || 1;
  const [ux, uy] = [dx / length, dy / length];
  const wing = (side: 1 | -1): Point => [tip[0] + 12 * ux - side * 6 * uy, tip[1] + 12 * uy + side * 6 * ux];
  return { d: path([tail, tip]) + path([wing(1), tip, wing(-1)]), label: [tail[0] + (dx < 0 ? -6 : 6), tail[1]] };
}

function textShape([at]: readonly Point[]): Shape {
  return { d: '', label: at ?? [0, 0] };
}

const SHAPES = {
  length: lengthShape,
  angle: angleShape,
  ellipse: ellipseShape,
  arrow: arrowShape,
  text: textShape,
} as const;

function label(lines: readonly string[], at: Point, flush: 'start' | 'end'): SVGTextElement {
  const text = makeSvg('text', { class: 'vw-label', x: at[0], y: at[1], 'text-anchor': flush });
  lines.forEach((line, row) => {
    const span = makeSvg('tspan', { x: at[0], dy: row ? 16 : 0 });
    span.textContent = line;
    text.append(span);
  });
  return text;
}

function drawMark(mark: Mark, map: Affine, unit: string): SVGGElement {
  const { annotation } = mark;
  const points = annotation.points.map((point) => applyTo(map, point));
  const shape = SHAPES[annotation.tool](points);
  const state = `${mark.selected ? ' on' : ''}${mark.draft ? ' draft' : ''}`;
  const group = makeSvg('g', { class: `vw-mark p${mark.colour}${state}`, 'data-id': annotation.id });
  for (const kind of ['vw-grip', 'vw-halo', 'vw-line']) group.append(makeSvg('path', { class: kind, d: shape.d }));
  if (mark.selected || mark.draft) {
    for (const [cx, cy] of points) group.append(makeSvg('circle', { class: 'vw-dot', cx, cy, r: 3.5 }));
  }
  const tail = points[1];
  const leftward = annotation.tool === 'arrow' && points[0] && tail && tail[0] < points[0][0];
  group.append(label(labelLines(annotation, unit), shape.label, leftward ? 'end' : 'start'));
  const title = makeSvg('title');
  title.textContent = mark.by;
  group.prepend(title);
  return group;
}

export interface ShownPointer {
  at: Point;
  name: string;
  colour: number;
  /** Milliseconds since it moved last: it fades from there, however often it is drawn. */
  age: number;
}

function drawPointer(pointer: ShownPointer, map: Affine): SVGGElement {
  const [x, y] = applyTo(map, pointer.at);
  const group = makeSvg('g', { class: `vw-pointer p${pointer.colour}`, transform: `translate(${x} ${y})` });
  group.style.animationDelay = `${-Math.round(pointer.age)}ms`;
  group.append(makeSvg('path', { d: 'M0 0V17L4.5 12.7 7.5 20 11 18.5 8 11.3H14Z' }));
  const width = [...pointer.name].reduce((sum, one) => sum + (one > '\u2e80' ? 13 : 7.5), 12);
  group.append(makeSvg('rect', { x: 13, y: 16, width, height: 20, rx: 4 }));
  const name = makeSvg('text', { x: 13 + width / 2, y: 30, 'text-anchor': 'middle' });
  name.textContent = pointer.name;
  group.append(name);
  return group;
}

export class MarkLayer {
  readonly svg = makeSvg('svg', { class: 'vw-marks', 'aria-hidden': 'true' });
  /** The same marks in words, for readers that see no drawing. */
  readonly list = make('ul', 'vw-said');
  private readonly still = makeSvg('g');
  private readonly moving = makeSvg('g');

  constructor() {
    this.svg.append(this.still, this.moving);
  }

  draw(marks: readonly Mark[], map: Affine, unit: string): void {
    if (marks.length === 0 && !this.still.firstChild) return;
    this.still.replaceChildren(...marks.map((mark) => drawMark(mark, map, unit)));
    const said = marks.filter((mark) => !mark.draft);
    this.list.replaceChildren(
      ...said.map((mark) => make('li', '', `${mark.by}${t('：')}${labelLines(mark.annotation, unit).join(t('，'))}`)),
    );
  }

  point(pointers: readonly ShownPointer[], map: Affine): void {
    if (pointers.length === 0 && !this.moving.firstChild) return;
    this.moving.replaceChildren(...pointers.map((pointer) => drawPointer(pointer, map)));
  }
}
