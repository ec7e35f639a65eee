/** Dragging right widens the window, dragging down raises its centre (the picture darkens). */
import { following, type Tool } from './tool.ts';

export const windowTool: Tool = {
  name: 'window',
  cursor: 'crosshair',
  begin({ stage }, from) {
    const [centre, width] = stage.look.window;
    // One pixel is a 400th of the width at the start, so that narrow and wide windows feel the same.
    const step = Math.max(0.01, width / 400);
    return following((to) => {
      const [dx, dy] = [to.at[0] - from.at[0], to.at[1] - from.at[1]];
      const tidy = (value: number) => (step < 0.05 ? value : Math.round(value));
      stage.set({ window: [tidy(centre + dy * step), Math.max(1, tidy(width + dx * step))] }, 'user');
    });
  },
};
