/** Dragging moves the picture. */
import { dragged } from '../transform.ts';
import { following, type Tool } from './tool.ts';

export const panTool: Tool = {
  name: 'pan',
  cursor: 'grab',
  begin({ stage }, from) {
    const [map, pan] = [stage.map(), stage.look.pan];
    return following((to) => {
      if (map) stage.set({ pan: dragged(map, pan, [to.at[0] - from.at[0], to.at[1] - from.at[1]]) }, 'user');
    });
  },
};
