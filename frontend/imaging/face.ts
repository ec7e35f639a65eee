/** What the viewer tells toolbars, and whether it looks any different from the last time. */
import type { Stage } from './stage.ts';
import type { ToolName } from './tools/tool.ts';
import type { ViewState, WindowPreset } from './types.ts';

/** What a toolbar shows. */
export interface ViewerUi {
  tool: ToolName;
  layout: 1 | 2;
  active: number;
  state: ViewState | null;
  presets: WindowPreset[];
  total: number;
  progress: { arrived: number; total: number };
  playing: boolean;
  fps: number;
  link: 'mm' | 'share' | null;
  selected: boolean;
  fullscreen: boolean;
}

/** The same text as long as nothing that is drawn from `ui()` changed: which slice, zoom and place are not. */
export function faceOf(ui: ViewerUi, stages: readonly Stage[]): string {
  const { state, presets: _presets, progress: _progress, ...rest } = ui;
  const views = stages.map((stage) => [stage.series?.series_uid, stage.series?.complete, !stage.state()]);
  return JSON.stringify([rest, views, state?.window, state?.rotate, state?.flip, state?.invert]);
}
