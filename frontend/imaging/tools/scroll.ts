/** Dragging up and down goes through the stack; the whole height is about the whole stack. */
import { following, type Tool } from './tool.ts';

export const scrollTool: Tool = {
  name: 'scroll',
  cursor: 'ns-resize',
  begin({ stage }, from) {
    const start = stage.index;
    const perSlice = Math.min(40, Math.max(3, stage.size.height / Math.max(1, stage.total)));
    return following((to) => stage.go(start + Math.round((to.at[1] - from.at[1]) / perSlice), 'user'));
  },
};
