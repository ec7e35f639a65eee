/** An angle: drag the first leg to its corner, then click where the second leg ends. */
import { uuid } from '../../kernel/ids.ts';
import type { Point } from '../types.ts';
import { annotate, far } from './marking.ts';
import type { Tool } from './tool.ts';

export const angleTool: Tool = {
  name: 'angle',
  cursor: 'crosshair',
  begin(bench, from) {
    const id = uuid();
    const points: Point[] = [from.image];
    let last = from;
    return {
      move(to) {
        const tool = points.length === 1 ? 'length' : 'angle';
        bench.draft(annotate(bench.stage, { id, tool }, [...points, to.image]));
      },
      release(to) {
        if (far(last, to)) points.push(to.image);
        last = to;
        if (points.length < 3) return false;
        const mark = annotate(bench.stage, { id, tool: 'angle' }, points);
        bench.draft(null);
        if (mark) bench.commit(mark);
        return true;
      },
      cancel: () => bench.draft(null),
    };
  },
};
