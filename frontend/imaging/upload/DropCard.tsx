/** One drop: how far it is, its series, its verdicts, and what can be done about it. */
import { useEffect, useRef, useState } from 'preact/hooks';
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

/** An empty folder, or one with nothing but programs and papers: nothing was sent. */
function isNothing(drop: Drop): boolean {
  return drop.phase === 'done' && drop.items.length === 0 && drop.skipped === 0 && drop.answer === null;
}

function headline(drop: Drop): string {
  if (drop.phase === 'reading') return t('正在读取文件夹 {name}', { name: drop.name });
  if (drop.phase === 'sending') return t('正在上传 {name}', { name: drop.name });
  if (drop.phase === 'checking') return t('已传完，正在检查与入库：{name}', { name: drop.name });
  if (isNothing(drop)) return t('“{name}”里没有可以上传的影像。', { name: drop.name });
  return t('已完成：{name}', { name: drop.name });
}

function lineState(desk: Desk, sums: Sums): string {
  if (!navigator.onLine) return t('网络已断开，恢复后自动续传');
  if (desk.sender.blocked) return desk.sender.blocked;
  if (desk.sender.isPaused) return t('已暂停');
  if (desk.sender.isLineDown) return t('连接不上服务器，正在自动重试');
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

/** States of a case that takes no more images. */
const OVER = new Set(['closed', 'withdrawn', 'declined']);

function MoveTo({ desk, drop, onEnd }: { desk: Desk; drop: Drop; onEnd: () => void }) {
  const [cases, setCases] = useState<readonly CaseLine[] | null>(null);
  const [target, setTarget] = useState('');
  const select = useRef<HTMLSelectElement>(null);
  useEffect(() => {
    const ask = api<{ items: CaseLine[] }>('/api/v1/cases?mine=1&limit=100');
    void attempt(ask.then((found) => setCases(found.items.filter((each) => !OVER.has(each.state)))));
  }, []);
  useEffect(() => select.current?.focus(), [cases]);
  const others = (cases ?? []).filter((each) => each.id !== desk.subject.id);
  if (cases === null) return <p class="s faint">{t('正在取您的病例…')}</p>;
  if (others.length === 0) return <p class="s faint">{t('您没有别的病例。')}</p>;
  const chosen = others.find((each) => each.id === target);
  return (
    <div class="up-move">
      <select
        ref={select}
        class="input"
        aria-label={t('移到哪个病例')}
        onChange={(event) => setTarget(event.currentTarget.value)}
      >
        <option value="">{t('移到哪个病例？')}</option>
        {others.map((each) => (
          <option key={each.id} value={each.id}>
            {each.number} {each.title || t('（还没有标题）')}
          </option>
        ))}
      </select>
      <button
        type="button"
        class="btn btn-s btn-primary"
        disabled={!chosen}
        onClick={() => chosen && void attempt(desk.move(drop, chosen).then(onEnd))}
      >
        {t('移过去')}
      </button>
      <button type="button" class="btn btn-s btn-quiet" onClick={onEnd}>
        {t('取消')}
      </button>
    </div>
  );
}

function Quiet(props: { icon?: 'undo' | 'move'; label: string; onPress: () => void; isFocused?: boolean }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (props.isFocused) button.current?.focus();
  }, []);
  return (
    <button ref={button} type="button" class="btn btn-s btn-quiet" onClick={props.onPress}>
      {props.icon && <Icon name={props.icon} />}
      {props.label}
    </button>
  );
}

/** Where it went, and the way back. */
function Moved({ desk, drop, target }: { desk: Desk; drop: Drop; target: CaseLine }) {
  return (
    <article class="up-drop" data-phase="moved">
      <div class="up-head" role="status">
        <Icon name="move" />
        <span class="strong">{t('{name} 已移到另一个病例', { name: drop.name })}</span>
        <a href={`/cases/${target.id}/edit`}>
          {target.number} {target.title}
        </a>
      </div>
      <div class="up-after">
        <Quiet icon="undo" label={t('移回本病例')} isFocused onPress={() => void attempt(desk.moveBack(drop))} />
        <Quiet label={t('知道了')} onPress={() => desk.remove(drop)} />
      </div>
    </article>
  );
}

function Afterwards({ desk, drop }: { desk: Desk; drop: Drop }) {
  const [isMoving, setMoving] = useState(false);
  const undo = async () => {
    const sentence = t('这次上传的影像将从本病例撤下。别的病例或别的上传用到的影像不受影响。');
    if (await ask({ sentence, title: t('撤销这次上传？'), label: t('撤销'), tone: 'bad' }))
      await attempt(desk.undo(drop));
  };
  const isDone = drop.phase === 'done';
  const isTaken = drop.phase !== 'checking' && !isNothing(drop);
  return (
    <div class="up-after">
      {isTaken && <Quiet icon="undo" label={t('撤销这次上传')} onPress={() => void undo()} />}
      {isTaken && isDone && desk.subject.kind === 'case' && (
        <Quiet icon="move" label={t('移到另一个病例')} onPress={() => setMoving(!isMoving)} />
      )}
      {isDone && <Quiet label={t('知道了')} onPress={() => desk.remove(drop)} />}
      {isMoving && <MoveTo desk={desk} drop={drop} onEnd={() => setMoving(false)} />}
    </div>
  );
}

export function DropCard({ desk, drop }: { desk: Desk; drop: Drop }) {
  if (drop.movedTo) return <Moved desk={desk} drop={drop} target={drop.movedTo} />;
  const sums = sumsOf([drop]);
  const share = sums.bytes > 0 ? Math.min(100, (100 * sums.sentBytes) / sums.bytes) : 0;
  const isMoving = drop.phase === 'sending' || drop.phase === 'reading';
  const failed = drop.items.filter((item) => item.state === 'failed');
  return (
    <article class="up-drop" data-phase={drop.phase}>
      <div class="up-head">
        <span class="strong cut" role="status">
          {headline(drop)}
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
