/** The room's drawings, from Lucide (ISC licence). */
import arrowRight from 'lucide-static/icons/arrow-right.svg?raw';
import keyImage from 'lucide-static/icons/bookmark-plus.svg?raw';
import poll from 'lucide-static/icons/chart-bar.svg?raw';
import check from 'lucide-static/icons/check.svg?raw';
import alert from 'lucide-static/icons/circle-alert.svg?raw';
import clock from 'lucide-static/icons/clock.svg?raw';
import columns from 'lucide-static/icons/columns-2.svg?raw';
import crown from 'lucide-static/icons/crown.svg?raw';
import more from 'lucide-static/icons/ellipsis.svg?raw';
import external from 'lucide-static/icons/external-link.svg?raw';
import eye from 'lucide-static/icons/eye.svg?raw';
import draft from 'lucide-static/icons/file-pen-line.svg?raw';
import gavel from 'lucide-static/icons/gavel.svg?raw';
import hand from 'lucide-static/icons/hand.svg?raw';
import image from 'lucide-static/icons/image.svg?raw';
import addImage from 'lucide-static/icons/image-plus.svg?raw';
import agenda from 'lucide-static/icons/list-checks.svg?raw';
import talk from 'lucide-static/icons/message-square-text.svg?raw';
import pencil from 'lucide-static/icons/pencil.svg?raw';
import phone from 'lucide-static/icons/phone.svg?raw';
import plus from 'lucide-static/icons/plus.svg?raw';
import refresh from 'lucide-static/icons/refresh-cw.svg?raw';
import reply from 'lucide-static/icons/reply.svg?raw';
import send from 'lucide-static/icons/send-horizontal.svg?raw';
import smile from 'lucide-static/icons/smile-plus.svg?raw';
import trash from 'lucide-static/icons/trash-2.svg?raw';
import undo from 'lucide-static/icons/undo-2.svg?raw';
import users from 'lucide-static/icons/users.svg?raw';
import logo from 'lucide-static/icons/waypoints.svg?raw';
import wifi from 'lucide-static/icons/wifi.svg?raw';
import offline from 'lucide-static/icons/wifi-off.svg?raw';
import close from 'lucide-static/icons/x.svg?raw';

const ICONS = {
  addImage,
  agenda,
  alert,
  arrowRight,
  check,
  clock,
  close,
  columns,
  crown,
  draft,
  external,
  eye,
  gavel,
  hand,
  image,
  keyImage,
  logo,
  more,
  offline,
  pencil,
  phone,
  plus,
  poll,
  refresh,
  reply,
  send,
  smile,
  talk,
  trash,
  undo,
  users,
  wifi,
} as const;

export type IconName = keyof typeof ICONS;

const inner = (svg: string) => svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>'));

export function Icon({ name, size = 's' }: { name: IconName; size?: 's' | 'm' | 'l' }) {
  const kind = size === 'm' ? 'i' : `i i-${size}`;
  return (
    <svg class={kind} viewBox="0 0 24 24" aria-hidden="true" dangerouslySetInnerHTML={{ __html: inner(ICONS[name]) }} />
  );
}
