/** The tablet's drawings, from Lucide (ISC licence). */
import camera from 'lucide-static/icons/camera.svg?raw';
import check from 'lucide-static/icons/circle-check.svg?raw';
import cloudOff from 'lucide-static/icons/cloud-off.svg?raw';
import disc from 'lucide-static/icons/disc.svg?raw';
import filePlus from 'lucide-static/icons/file-plus.svg?raw';
import megaphone from 'lucide-static/icons/megaphone.svg?raw';
import pencil from 'lucide-static/icons/pencil.svg?raw';
import plus from 'lucide-static/icons/plus.svg?raw';
import printer from 'lucide-static/icons/printer.svg?raw';
import skip from 'lucide-static/icons/skip-forward.svg?raw';
import timer from 'lucide-static/icons/timer.svg?raw';
import trash from 'lucide-static/icons/trash-2.svg?raw';
import logo from 'lucide-static/icons/waypoints.svg?raw';

const ICONS = {
  camera,
  check,
  cloudOff,
  disc,
  filePlus,
  logo,
  megaphone,
  pencil,
  plus,
  printer,
  skip,
  timer,
  trash,
} as const;

export function Icon({ name }: { name: keyof typeof ICONS }) {
  return <span class="clinic-icon" aria-hidden="true" dangerouslySetInnerHTML={{ __html: ICONS[name] }} />;
}
