/** The waiting room's screen: renewed every few seconds, a new ticket flashes. */
import { api } from '../kernel/http.ts';
import './screen.css';

const POLL_MS = 3000;

interface Row {
  readonly ticket: string;
  readonly name: string;
}

interface Screen {
  readonly called: readonly Row[];
  readonly waiting: readonly Row[];
  readonly waiting_count: number;
}

function line(tag: 'p' | 'li', row: Row): HTMLElement {
  const made = document.createElement(tag);
  const ticket = document.createElement('b');
  ticket.textContent = row.ticket;
  const name = document.createElement('span');
  name.textContent = row.name;
  made.append(ticket, ' ', name);
  return made;
}

function watch(host: HTMLElement): void {
  const part = (name: string) => host.querySelector<HTMLElement>(`[data-part="${name}"]`) as HTMLElement;
  const [called, waiting, count, none] = [part('called'), part('waiting'), part('count'), part('none')];
  let last = called.textContent ?? '';

  async function renew(): Promise<void> {
    const screen = await api<Screen>(host.dataset.screen ?? '').catch(() => null);
    host.classList.toggle('is-offline', screen === null);
    if (!screen) return;
    const rows = screen.called.map((row) => line('p', row));
    for (const row of rows) row.className = 'call-row';
    const now = rows.map((row) => row.textContent).join();
    if (now !== last) {
      called.replaceChildren(...rows);
      rows[0]?.classList.add('is-new');
      last = now;
    }
    waiting.replaceChildren(...screen.waiting.map((row) => line('li', row)));
    count.textContent = String(screen.waiting_count);
    none.hidden = rows.length > 0;
  }

  void renew();
  window.setInterval(() => void renew(), POLL_MS);
}

const host = document.querySelector<HTMLElement>('[data-screen]');
if (host) watch(host);
