/** The board: a card may be dragged where a move is allowed; the drop posts the same action as the button on the
 *  case's page. The lanes are the server's HTML, fetched anew after a move and every half minute. The list: J and K. */

import './board.css';
import { api, fetchOk, Problem } from '../kernel/http.ts';
import { t } from '../kernel/i18n.ts';
import { toast } from '../kernel/toast.ts';

interface Move {
  /** The action of `/api/v1/cases/<id>/actions/…`, or the place (on the case's page) where more has to be said. */
  readonly action?: string;
  readonly place?: string;
  readonly needs: string;
}

const RENEW_MS = 30_000;

/** From a state into a lane. */
const MOVES: Readonly<Record<string, Readonly<Record<string, Move>>>> = {
  draft: { submitted: { action: 'submit', needs: 'submit' } },
  returned: { submitted: { action: 'resubmit', needs: 'resubmit' } },
  submitted: {
    accepted: { action: 'accept', needs: 'accept' },
    returned: { place: '#return', needs: 'return' },
  },
  accepted: { scheduled: { place: '/meetings', needs: 'decline' } },
  scheduled: { accepted: { action: 'postpone', needs: 'postpone' } },
};

let moving: HTMLElement | null = null;

function moveOf(card: HTMLElement, lane: HTMLElement): Move | null {
  const move = MOVES[card.dataset.state ?? '']?.[lane.dataset.lane ?? ''];
  return move && (card.dataset.allowed ?? '').split(' ').includes(move.needs) ? move : null;
}

function lanes(): HTMLElement[] {
  return Array.from(document.querySelectorAll<HTMLElement>('.lane'));
}

function watchCard(card: HTMLElement): void {
  if (!lanes().some((lane) => moveOf(card, lane))) return;
  card.draggable = true;
  card.addEventListener('dragstart', (event) => {
    moving = card;
    event.dataTransfer?.setData('text/plain', card.dataset.case ?? '');
    if (event.dataTransfer) event.dataTransfer.effectAllowed = 'move';
    card.classList.add('is-moving');
    document.getElementById('board')?.classList.add('is-moving');
    for (const lane of lanes()) lane.classList.toggle('takes', moveOf(card, lane) !== null);
  });
  card.addEventListener('dragend', () => {
    moving = null;
    card.classList.remove('is-moving');
    document.getElementById('board')?.classList.remove('is-moving');
    for (const lane of lanes()) lane.classList.remove('takes', 'is-over');
  });
}

function watchLane(lane: HTMLElement): void {
  lane.addEventListener('dragover', (event) => {
    if (!moving || !moveOf(moving, lane)) return;
    event.preventDefault();
    lane.classList.add('is-over');
  });
  lane.addEventListener('dragleave', (event) => {
    if (!lane.contains(event.relatedTarget as Node | null)) lane.classList.remove('is-over');
  });
  lane.addEventListener('drop', (event) => {
    const card = moving;
    const move = card && moveOf(card, lane);
    if (!card || !move) return;
    event.preventDefault();
    void carryOut(card, move);
  });
}

async function carryOut(card: HTMLElement, move: Move): Promise<void> {
  const id = card.dataset.case ?? '';
  if (move.place) {
    window.location.href = move.place.startsWith('/') ? move.place : `/cases/${id}${move.place}`;
    return;
  }
  const body = move.action === 'postpone' ? await reason() : {};
  if (body === null) return;
  try {
    await api(`/api/v1/cases/${id}/actions/${move.action}`, { method: 'POST', body });
    toast(done(move.action ?? ''), 'ok');
  } catch (error) {
    toast(error instanceof Problem ? error.detail : t('没有完成，请再试一次。'), 'bad');
  }
  await renew();
}

function done(action: string): string {
  const words: Record<string, string> = {
    submit: t('已提交，等待受理'),
    resubmit: t('已重新提交'),
    accept: t('已受理'),
    postpone: t('已从议程取下'),
  };
  return words[action] ?? t('已完成');
}

/** Why a case is postponed; null when the person thought better of it. */
function reason(): Promise<Record<string, string> | null> {
  const dialog = document.getElementById('postpone-dialog') as HTMLDialogElement;
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener(
      'close',
      () => {
        const code = dialog.querySelector<HTMLSelectElement>('select[name=code]')?.value ?? 'time';
        resolve(dialog.returnValue === 'yes' ? { code } : null);
      },
      { once: true },
    );
  });
}

async function renew(): Promise<void> {
  const board = document.getElementById('board');
  if (!board || moving) return;
  const address = new URL(window.location.href);
  address.searchParams.set('part', 'lanes');
  try {
    const html = await (await fetchOk(address.href)).text();
    const fresh = new DOMParser().parseFromString(html, 'text/html').getElementById('board');
    if (!fresh || moving || fresh.innerHTML === board.innerHTML) return;
    board.replaceWith(fresh);
    watchBoard();
  } catch {
    // The line is down: the strip at the top says so, the next round tries again.
  }
}

function watchBoard(): void {
  document.querySelectorAll<HTMLElement>('.case-card').forEach(watchCard);
  lanes().forEach(watchLane);
}

/** In the dense list J and K go down and up, Enter opens. */
function watchRows(): void {
  const links = Array.from(document.querySelectorAll<HTMLAnchorElement>('#case-list .row-link'));
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || links.length === 0) return;
    if (event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    const step = { j: 1, k: -1 }[event.key.toLowerCase()];
    if (step === undefined) return;
    const here = links.findIndex((link) => link === document.activeElement);
    const next = links[Math.min(Math.max(here + step, 0), links.length - 1)];
    next?.focus();
    for (const link of links) link.closest('tr')?.classList.toggle('is-chosen', link === next);
  });
}

watchBoard();
watchRows();
if (document.getElementById('board')) {
  window.setInterval(() => {
    if (document.visibilityState === 'visible') void renew();
  }, RENEW_MS);
}
