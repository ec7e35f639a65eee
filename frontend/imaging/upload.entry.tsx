/**
 * Uploading images in a page: `<div id="upload" data-case-id="…">` or `data-encounter-id`; `data-open` names the
 * person's drops that are not finished. A folder may be dropped anywhere on the page. When a drop is stored, the document gets the event `images-indexed`.
 */
import { render } from 'preact';
import { t } from '../kernel/i18n.ts';
import { attempt } from './upload/attempt.ts';
import { fromTransfer } from './upload/collect.ts';
import { Desk, type Subject } from './upload/desk.ts';
import { Panel } from './upload/Panel.tsx';
import './upload/upload.css';

function subjectOf(host: HTMLElement): Subject {
  const { caseId, encounterId } = host.dataset;
  if (caseId) return { kind: 'case', id: caseId };
  return encounterId ? { kind: 'encounter', id: encounterId } : { kind: '', id: '' };
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

/** The whole page takes a drop; while something hangs over it, it says so. */
function watchDrops(desk: Desk): void {
  const veil = document.createElement('div');
  veil.className = 'up-veil';
  veil.textContent = t('松开鼠标，开始上传');
  veil.hidden = true;
  document.body.append(veil);
  document.addEventListener('dragover', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    veil.hidden = false;
  });
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) veil.hidden = true;
  });
  document.addEventListener('drop', (event) => {
    veil.hidden = true;
    if (!hasFiles(event) || !event.dataTransfer) return;
    event.preventDefault();
    void attempt(fromTransfer(event.dataTransfer).then((harvest) => desk.take(harvest)));
  });
}

export function mount(host: HTMLElement): Desk {
  const desk = new Desk(subjectOf(host), host.dataset.open?.split(' ').filter(Boolean));
  render(<Panel desk={desk} />, host);
  watchDrops(desk);
  window.addEventListener('beforeunload', (event) => {
    if (desk.isSending) event.preventDefault();
  });
  for (const change of ['online', 'offline']) window.addEventListener(change, () => desk.changed());
  return desk;
}

const host = document.getElementById('upload');
if (host) mount(host);
