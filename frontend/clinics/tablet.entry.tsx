/** `/clinics/<id>` for who takes encounters. */
import { render } from 'preact';
import { props } from '../kernel/props.ts';
import { Day } from './day.ts';
import { Tablet } from './Tablet.tsx';
import type { Props } from './types.ts';
import './clinic.css';
import './tablet.css';

/** Draws the tablet into `host` and begins to follow the day. */
export async function mount(host: HTMLElement, data: Props): Promise<void> {
  const day = new Day(data);
  await day.start();
  host.replaceChildren();
  render(<Tablet day={day} />, host);
}

const host = document.getElementById('tablet');
if (host) void mount(host, props<Props>('tablet-data'));
