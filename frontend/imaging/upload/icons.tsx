/** Drawings of the upload panel, from Lucide (ISC licence). */
import check from 'lucide-static/icons/check.svg?raw';
import problem from 'lucide-static/icons/circle-alert.svg?raw';
import refused from 'lucide-static/icons/circle-x.svg?raw';
import clock from 'lucide-static/icons/clock.svg?raw';
import move from 'lucide-static/icons/folder-input.svg?raw';
import folder from 'lucide-static/icons/folder-up.svg?raw';
import history from 'lucide-static/icons/history.svg?raw';
import pause from 'lucide-static/icons/pause.svg?raw';
import play from 'lucide-static/icons/play.svg?raw';
import plus from 'lucide-static/icons/plus.svg?raw';
import warning from 'lucide-static/icons/triangle-alert.svg?raw';
import undo from 'lucide-static/icons/undo-2.svg?raw';
import upload from 'lucide-static/icons/upload.svg?raw';
import offline from 'lucide-static/icons/wifi-off.svg?raw';

const ICONS = {
  check,
  clock,
  folder,
  history,
  move,
  offline,
  pause,
  play,
  plus,
  problem,
  refused,
  undo,
  upload,
  warning,
} as const;

export function Icon({ name, large }: { name: keyof typeof ICONS; large?: boolean }) {
  return (
    <span
      class={large ? 'up-icon up-icon-l' : 'up-icon'}
      aria-hidden="true"
      dangerouslySetInnerHTML={{ __html: ICONS[name] }}
    />
  );
}
