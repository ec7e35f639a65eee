/** The distance between two points, in millimetres where the file has a spacing. */
import { twoPoints } from './marking.ts';
import type { Tool } from './tool.ts';

export const lengthTool: Tool = {
  name: 'length',
  cursor: 'crosshair',
  begin: (bench, from) => twoPoints(bench, 'length', from, (mark) => bench.commit(mark)),
};
