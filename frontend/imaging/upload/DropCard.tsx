/** One drop: how far it is, its series, its verdicts, and what can be done about it. */
import { useState } from 'preact/hooks';
import { ask } from '../../kernel/confirm.ts';
import { api } from '../../kernel/http.ts';
import { t } from '../../kernel/i18n.ts';
import type { CaseLine } from './answers.ts';
import { attempt } from './attempt.ts';
import type { Desk, Drop } from './desk.ts';
import { Icon } from './icons.tsx';
import { StudyRows } from './Series.tsx';
import { megabytes, timeLeft } from './speed.ts';
import { Verdicts } from './Verdicts.tsx';

export interface Sums {
  readonly files: number;
  readonly sentFiles: number;
  readonly bytes: number;
  readonly sentBytes: number;
  readonly failed: number;
}

export function sumsOf(drops: readonly Drop[]): Sums {
  const sums = { files: 0, sentFiles: 0, bytes: 0, sentBytes: 0, failed: 0 };
  for (const item of drops.flatMap((drop) => drop.items)) {
    sums.files += 1;
    sums.sentFiles += item.state === 'sent' ? 1 : 0;
    sums.failed += item.state === 'failed' ? 1 : 0;
    sums.bytes += item.file.size;
    sums.sentBytes += item.sent;
  }
  return sums;
}

function headline(drop: Drop, sums: Sums): string {
  if (drop.phase === 'reading') return t('正在读取文件夹 {name}', { name: drop.name });
  if (drop.phase === 'sending') return t('正在上传 {name}', { name: drop.name });
  if (drop.phase === 'checking') return t('已传完，正在检查与入库：{name}', { name: drop.name });
  if (sums.files === 0 && drop.skipped === 0) return t('没有可上传的影像：{name}', { name: drop.name });
  return t('已完成：{name}', { name: drop.name });
}

function lineState(desk: Desk, sums: Sums): string {
  if (!navigator.onLine) return t('网络已断开，恢复后自动续传');
  if (desk.sender.blocked) return desk.sender.blocked;
  if (desk.sender.isPaused) return t('已暂停');
  const perSecond = desk.speed.bytesPerSecond();
  if (perSecond < 1) return '';
  return `${megabytes(perSecond)}/${t('秒')} · ${timeLeft(sums.bytes - sums.sentBytes, perSecond)}`;
}

function PauseButton({ desk }: { desk: Desk }) {
  const isHeld = desk.sender.isPaused || desk.sender.blocked !== '';
  const press = () => (isHeld ? desk.sender.resume() : desk.sender.pause());
  return (
    <button type="button" class="btn btn-s" onClick={press}>
      <Icon name={isHeld ? 'play' : 'pause'} />
      {isHeld ? t('继续') : t('暂停')}
    </button>
  );
}

function MoveTo({ desk, drop, onEnd }: { desk: Desk; drop: Drop; onEnd: () => void }) {
  const [cases, setCases] = useState<readonly CaseLine[] | null>(null);
  if (cases === null) {
    void attempt(api<{ items: CaseLine[] }>('/api/v1/cases?mine=1&limit=100').then((found) => setCases(found.items)));
    return <p class="s faint">{t('正在取您的病例…')}</p>;
  }
  const others = cases.filter((each) => each.id !== desk.subject.id);
  if (others.length === 0) return <p class="s faint">{t('您没有别的病例。')}</p>;
  const choose = (event: Event) => {
    const { value } = event.currentTarget as HTMLSelectElement;
    if (value) void attempt(desk.move(drop, value).then(onEnd));
  };
  return (
    <select class="input" aria-label={t('移到哪个病例')} onChange={choose}>
      <option value="">{t('移到哪个病例？')}</option>
      {others.map((each) => (
        <option key={each.id} value={each.id}>
          {each.number} {each.title}
        </option>
      ))}
    </select>
  );
}

function Afterwards({ desk, drop }: { desk: Desk; drop: Drop }) {
  const [isMoving, setMoving] = useState(false);
  const undo = async () => {
    const sentence = t('这次上传的影像将从本病例撤下。别的病例或别的上传用到的影像不受影响。');
    if (await ask({ sentence, title: t('撤销这次上传？'), label: t('撤销'), tone: 'bad' }))
      await attempt(desk.undo(drop));
  };
  return (
    <div class="up-after">
      {drop.phase !== 'checking' && (
        <button type="button" class="btn btn-s btn-quiet" onClick={() => void undo()}>
          <Icon name="undo" />
          {t('撤销这次上传')}
        </button>
      )}
      {drop.phase === 'done' && desk.subject.kind === 'case' && (
        <button type="button" class="btn btn-s btn-quiet" onClick={() => setMoving(!isMoving)}>
          <Icon name="move" />
          {t('移到另一个病例')}
        </button>
      )}
      {drop.phase === 'done' && (
        <button type="button" class="btn btn-s btn-quiet" onClick={() => desk.remove(drop)}>
          {t('知道了')}
        </button>
      )}
      {isMoving && <MoveTo desk={desk} drop={drop} onEnd={() => setMoving(false)} />}
    </div>
  );
}

export function DropCard({ desk, drop }: { desk: Desk; drop: Drop }) {
  const sums = sumsOf([drop]);
  const share = sums.bytes > 0 ? Math.min(100, (100 * sums.sentBytes) / sums.bytes) : 0;
  const isMoving = drop.phase === 'sending' || drop.phase === 'reading';
  const failed = drop.items.filter((item) => item.state === 'failed');
  return (
    <article class="up-drop" data-phase={drop.phase}>
      <div class="up-head">
        <span class="strong cut" role="status">
          {headline(drop, sums)}
        </span>
        {drop.phase === 'sending' && <span class="s faint">{lineState(desk, sums)}</span>}
        <span class="push row">
          {drop.phase === 'sending' && <PauseButton desk={desk} />}
          {failed.length > 0 && (
            <button type="button" class="btn btn-s" onClick={() => desk.retry(drop)}>
              {t('重传失败的 {n} 个', { n: failed.length })}
            </button>
          )}
        </span>
      </div>
      {isMoving && (
        <div
          class="bar up-bar"
          role="progressbar"
          aria-valuenow={Math.round(share)}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-label={t('上传进度')}
        >
          <i style={{ width: `${share}%` }} />
        </div>
      )}
      <StudyRows desk={desk} drop={drop} />
      <Verdicts desk={desk} drop={drop} />
      <Afterwards desk={desk} drop={drop} />
    </article>
  );
}
