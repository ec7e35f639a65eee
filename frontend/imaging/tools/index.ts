/** All tools by name. */
import { angleTool } from './angle.ts';
import { arrowTool } from './arrow.ts';
import { ellipseTool } from './ellipse.ts';
import { lengthTool } from './length.ts';
import { panTool } from './pan.ts';
import { pointerTool } from './pointer.ts';
import { scrollTool } from './scroll.ts';
import type { Tool, ToolName } from './tool.ts';
import { windowTool } from './window.ts';
import { zoomTool } from './zoom.ts';

export const TOOLS: Readonly<Record<ToolName, Tool>> = {
  scroll: scrollTool,
  window: windowTool,
  pan: panTool,
  zoom: zoomTool,
  length: lengthTool,
  angle: angleTool,
  ellipse: ellipseTool,
  arrow: arrowTool,
  pointer: pointerTool,
};
