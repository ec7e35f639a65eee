/** Dragging up enlarges about the place where the drag began. */
import { zoomedAt } from '../transform.ts';
import { following, type Tool } from './tool.ts';

export const zoomTool: Tool = {
  name: 'zoom',
  cursor: 'zoom-in',
  begin({ stage }, from) {
    const look = stage.look;
    return following((to) => {
      const by = 1.01 ** (from.at[1] - to.at[1]);
      if (stage.frame) stage.set(zoomedAt(stage.frame, stage.size, look, { at: from.at, by }), 'user');
    });
  },
};
