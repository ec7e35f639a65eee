/** Shows the others where one points; pressing is not needed. */
import { following, type Tool } from './tool.ts';

export const pointerTool: Tool = {
  name: 'pointer',
  cursor: 'default',
  begin(bench, from) {
    bench.point(from.image);
    return following((to) => bench.point(to.image));
  },
  hover(bench, to) {
    bench.point(to.image);
  },
};
