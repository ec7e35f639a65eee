/** Carries out what a key or a button asks for. */
import { turned } from './geometry.ts';
import type { Action } from './keys.ts';
import type { Viewer } from './viewer.ts';
import { presets } from './window.ts';

type Command = (viewer: Viewer) => void;

const COMMANDS: Readonly<Partial<Record<Action['do'], Command>>> = {
  first: ({ stage }) => stage.go(0, 'user'),
  last: ({ stage }) => stage.go(stage.total - 1, 'user'),
  rotate: ({ stage }) => stage.set({ rotate: turned(stage.look.rotate, 90) }, 'user'),
  rotateBack: ({ stage }) => stage.set({ rotate: turned(stage.look.rotate, -90) }, 'user'),
  flip: ({ stage }) => stage.set({ flip: !stage.look.flip }, 'user'),
  invert: ({ stage }) => stage.set({ invert: !stage.look.invert }, 'user'),
  reset: ({ stage }) => stage.reset('user'),
  cine: (viewer) => (viewer.cine.playing ? viewer.pause() : viewer.play()),
  link: (viewer) => viewer.toggleLink(),
  other: (viewer) => viewer.activateOther(),
  delete: (viewer) => viewer.annotator.removeSelected(),
  undo: (viewer) => viewer.annotator.undo(),
  cancel: (viewer) => viewer.cancel(),
  fullscreen: (viewer) => viewer.toggleFullscreen(),
  help: (viewer) => viewer.toggleHelp(),
};

export function run(viewer: Viewer, action: Action): void {
  const { stage } = viewer;
  if (action.do === 'tool') viewer.setTool(action.tool);
  else if (action.do === 'scroll') stage.go(stage.index + action.by, 'user');
  else if (action.do === 'preset') {
    const preset = stage.series ? presets(stage.series)[action.number - 1] : undefined;
    if (preset) stage.set({ window: preset.window }, 'user');
  } else COMMANDS[action.do]?.(viewer);
}
