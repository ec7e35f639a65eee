/** An arrow whose tip is where one pressed first, with a short text at its tail. */
import { twoPoints } from './marking.ts';
import type { Tool } from './tool.ts';

export const arrowTool: Tool = {
  name: 'arrow',
  cursor: 'crosshair',
  begin: (bench, from) =>
    twoPoints(bench, 'arrow', from, async (mark, to) => {
      bench.draft(mark);
      const text = await bench.ask(to.at);
      bench.draft(null);
      if (text !== null) bench.commit(text ? { ...mark, text } : mark);
    }),
};
