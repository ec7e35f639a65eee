/** The card "影像": a place to drop a folder, and every drop of this page. */
import { useEffect, useReducer, useRef } from 'preact/hooks';
import { t } from '../../kernel/i18n.ts';
import { attempt } from './attempt.ts';
import { fromInput } from './collect.ts';
import { DropCard, sumsOf } from './DropCard.tsx';
import type { Desk } from './desk.ts';
import { Icon } from './icons.tsx';
import type { Unfinished } from './memory.ts';
import { megabytes } from './speed.ts';

/** `webkitdirectory` is no attribute that the types know. */
const FOLDER = { webkitdirectory: true } as Record<string, boolean>;

function Choose({ desk, isFolder }: { desk: Desk; isFolder: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  const take = () => {
    const chosen = input.current;
    if (!chosen?.files?.length) return;
    void attempt(fromInput(chosen.files).then((harvest) => desk.take(harvest)));
    chosen.value = '';
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-choose={isFolder ? 'folder' : 'files'}
        onChange={take}
        {...(isFolder ? FOLDER : {})}
      />
      <button type="button" class="btn btn-s" onClick={() => input.current?.click()}>
        <Icon name={isFolder ? 'folder' : 'plus'} />
        {isFolder ? t('选文件夹') : t('加文件')}
      </button>
    </>
  );
}

function leftSentence({ files, received }: Unfinished): string {
  if (files.length > 0) return t('上次没有传完，还差 {n} 个文件。', { n: files.length });
  return t('没有传完，已经收到 {n} 个文件。', { n: received.length });
}

function LeftBehind({ desk }: { desk: Desk }) {
  return (
    <>
      {desk.unfinished.map((each) => (
        <div key={each.batch} class="up-left" role="status">
          <Icon name="clock" />
          <div>
            <b>{each.name}</b> {leftSentence(each)} {t('请把同一个文件夹再拖进来，已经传完的会自动跳过。')}
            {each.files.length > 0 && (
              <details>
                <summary>{t('看缺哪些')}</summary>
                <ul class="up-paths">
                  {each.files.slice(0, 200).map(([path]) => (
                    <li key={path}>{path}</li>
                  ))}
                </ul>
              </details>
            )}
          </div>
          <button type="button" class="btn btn-s push" onClick={() => desk.forgetUnfinished(each.batch)}>
            {t('不用了')}
          </button>
        </div>
      ))}
    </>
  );
}

export function Panel({ desk }: { desk: Desk }) {
  const [, redraw] = useReducer((n: number, _change: null) => n + 1, 0);
  useEffect(() => desk.watch(() => redraw(null)), [desk]);
  // The list of the case's studies leaves out what stands here (frontend/cases/stored.ts).
  useEffect(() => {
    document.dispatchEvent(new Event('uploads-drawn'));
  });
  const sums = sumsOf(desk.drops);
  const isEmpty = desk.drops.length === 0;
  return (
    <section class="card" aria-label={t('影像')}>
      <header class="card-head">
        <Icon name="folder" large />
        <h2>{t('影像')}</h2>
        <span class="s faint">{t('把整个文件夹或 ZIP 拖到页面任何地方即可')}</span>
        {sums.files > 0 && (
          <span class="push s strong num">
            {t('{a} / {b} 个文件', { a: sums.sentFiles, b: sums.files })} · {megabytes(sums.sentBytes)} /{' '}
            {megabytes(sums.bytes)}
          </span>
        )}
        <span class={sums.files > 0 ? 'row' : 'row push'}>
          <Choose desk={desk} isFolder />
          <Choose desk={desk} isFolder={false} />
        </span>
      </header>
      <div class="card-body">
        <LeftBehind desk={desk} />
        {!navigator.onLine && (
          <p class="up-left">
            <Icon name="offline" /> {t('现在没有网络。可以先拖入文件夹，网络恢复后自动上传。')}
          </p>
        )}
        {isEmpty && (
          <div class="up-empty">
            <Icon name="upload" large />
            <p>{t('拖入 CT、MR、DR、超声等 DICOM 文件夹、光盘或 ZIP')}</p>
            <p class="xs faint">{t('不必挑文件：看图软件、目录文件会自动略过。断网、关页面都可以接着传。')}</p>
          </div>
        )}
        {desk.drops.map((drop) => (
          <DropCard key={drop.batch} desk={desk} drop={drop} />
        ))}
      </div>
    </section>
  );
}
