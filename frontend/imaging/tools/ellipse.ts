/** Mean and standard deviation of the values in an ellipse, and its area. */
import { twoPoints } from './marking.ts';
import type { Tool } from './tool.ts';

export const ellipseTool: Tool = {
  name: 'ellipse',
  cursor: 'crosshair',
  begin: (bench, from) => twoPoints(bench, 'ellipse', from, (mark) => bench.commit(mark)),
};
