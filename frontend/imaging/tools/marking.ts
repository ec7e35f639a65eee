/** Shared by the tools that draw marks: from points to an annotation, and the two-point gesture. */
import { uuid } from '../../kernel/ids.ts';
import { measure } from '../measure.ts';
import type { Stage } from '../stage.ts';
import type { Annotation, MarkTool, Point } from '../types.ts';
import type { Bench, Drag, Spot } from './tool.ts';

/** A movement below this many CSS pixels is a click: then the tool goes on from click to click. */
const CLICK = 4;

export function far(from: Spot, to: Spot): boolean {
  return Math.hypot(to.at[0] - from.at[0], to.at[1] - from.at[1]) >= CLICK;
}

type Kind = Pick<Annotation, 'id' | 'tool'>;

/** The annotation of these points on the shown frame, or null while its pixels have not arrived. */
export function annotate(stage: Stage, { id, tool }: Kind, points: readonly Point[]): Annotation | null {
  const { frame, pixels } = stage;
  if (!frame || !pixels) return null;
  const rounded = points.map(([x, y]): Point => [Math.round(x * 100) / 100, Math.round(y * 100) / 100]);
  return {
    id,
    tool,
    instance_uid: frame.instance_uid,
    frame: frame.frame,
    points: rounded,
    measured: measure(tool, rounded, frame, pixels),
  };
}

/** Press, move, release; or click and click. `done` gets the finished mark. */
export function twoPoints(bench: Bench, tool: MarkTool, from: Spot, done: (mark: Annotation, to: Spot) => void): Drag {
  // One id from the first sketch to the finished mark, so that the others can replace the one by the other.
  const kind = { id: uuid(), tool };
  let clicked = false;
  const draw = (to: Spot) => annotate(bench.stage, kind, [from.image, to.image]);
  return {
    move: (to) => bench.draft(draw(to)),
    release(to) {
      if (!far(from, to) && !clicked) {
        clicked = true;
        return false;
      }
      const mark = far(from, to) ? draw(to) : null;
      bench.draft(null);
      if (mark) done(mark, to);
      return true;
    },
    cancel: () => bench.draft(null),
  };
}
