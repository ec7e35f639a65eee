/** The toolbar's drawings, from Lucide (ISC licence). */

import arrow from 'lucide-static/icons/arrow-up-right.svg?raw';
import keyImage from 'lucide-static/icons/bookmark-plus.svg?raw';
import ellipse from 'lucide-static/icons/circle-dashed.svg?raw';
import columns from 'lucide-static/icons/columns-2.svg?raw';
import contrast from 'lucide-static/icons/contrast.svg?raw';
import more from 'lucide-static/icons/ellipsis.svg?raw';
// Named after the axis in Lucide: this one mirrors left and right.
import flip from 'lucide-static/icons/flip-vertical-2.svg?raw';
import keyboard from 'lucide-static/icons/keyboard.svg?raw';
import scroll from 'lucide-static/icons/layers.svg?raw';
import link from 'lucide-static/icons/link-2.svg?raw';
import full from 'lucide-static/icons/maximize.svg?raw';
import pointer from 'lucide-static/icons/mouse-pointer-2.svg?raw';
import pan from 'lucide-static/icons/move.svg?raw';
import pause from 'lucide-static/icons/pause.svg?raw';
import play from 'lucide-static/icons/play.svg?raw';
import reset from 'lucide-static/icons/rotate-ccw.svg?raw';
import rotate from 'lucide-static/icons/rotate-cw.svg?raw';
import ruler from 'lucide-static/icons/ruler.svg?raw';
import invert from 'lucide-static/icons/sun-moon.svg?raw';
import trash from 'lucide-static/icons/trash-2.svg?raw';
import angle from 'lucide-static/icons/triangle-right.svg?raw';
import undo from 'lucide-static/icons/undo-2.svg?raw';
import zoom from 'lucide-static/icons/zoom-in.svg?raw';

export const ICONS = {
  angle,
  arrow,
  columns,
  contrast,
  ellipse,
  flip,
  full,
  invert,
  keyImage,
  keyboard,
  link,
  more,
  pan,
  pause,
  play,
  pointer,
  reset,
  rotate,
  ruler,
  scroll,
  trash,
  undo,
  zoom,
} as const;

export type IconName = keyof typeof ICONS;
