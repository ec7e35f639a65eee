/** The series of a drop: picture, name, progress, state; and of each study whether it is a prior one. */
import { api } from '../../kernel/http.ts';
import { t } from '../../kernel/i18n.ts';
import type { BatchSeries, BatchStudy } from './answers.ts';
import { attempt } from './attempt.ts';
import type { Desk, Drop } from './desk.ts';
import { Icon } from './icons.tsx';
import { PatientCheck } from './PatientCheck.tsx';
import type { Item } from './sender.ts';

interface Progress {
  total: number;
  sent: number;
  isActive: boolean;
  folder: string;
}

/** Files and files sent of each series, by what their heads say. */
function progressOf(items: readonly Item[]): Map<string, Progress> {
  const found = new Map<string, Progress>();
  for (const item of items) {
    const folder = item.path.split('/').slice(0, -1).pop() ?? item.path;
    const row = found.get(item.seriesUid) ?? { total: 0, sent: 0, isActive: false, folder };
    row.total += 1;
    row.sent += item.state === 'sent' ? 1 : 0;
    row.isActive ||= item.state === 'sending';
    found.set(item.seriesUid, row);
  }
  return found;
}

function State({ series, progress }: { series?: BatchSeries | undefined; progress?: Progress | undefined }) {
  if (series?.prepared === 'waiting' && series.shown > 0) {
    return <span class="tag tag-info">{t('已可看 {n} 幅，未完', { n: series.shown })}</span>;
  }
  if (progress && progress.sent < progress.total) {
    if (!progress.isActive && progress.sent === 0) return <span class="tag">{t('排队')}</span>;
    return (
      <span class="tag tag-info">
        <Icon name="upload" />
        {t('上传中')}
      </span>
    );
  }
  if (series?.prepared === 'ready') {
    return (
      <span class="tag tag-ok">
        <Icon name="check" />
        {t('已入库，可阅片')}
      </span>
    );
  }
  if (series?.prepared === 'failed') return <span class="tag tag-warn">{t('已入库，不能显示')}</span>;
  return <span class="tag tag-info">{series ? t('已入库，正在准备') : t('正在检查')}</span>;
}

function Row(props: { series?: BatchSeries; progress?: Progress | undefined; facts: string }) {
  const { series, progress, facts } = props;
  const name = series?.description || series?.modality || progress?.folder || '';
  return (
    <div class="up-series">
      {series?.poster_url ? <img src={series.poster_url} alt="" /> : <span class="up-blank" />}
      <div class="up-names">
        <div class="strong cut">{name}</div>
        <div class="xs faint">{facts}</div>
      </div>
      <div class="up-count">
        {progress && (
          <>
            <span class="s num">
              {progress.sent} / {progress.total}
            </span>
            {progress.sent < progress.total && progress.sent > 0 && (
              <div class="bar">
                <i style={{ width: `${(100 * progress.sent) / progress.total}%` }} />
              </div>
            )}
          </>
        )}
      </div>
      <State series={series} progress={progress} />
    </div>
  );
}

function factsOf(study: BatchStudy, series: BatchSeries): string {
  const date = study.date.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3');
  const facts = [series.modality, date, t('{n} 幅', { n: series.instances })];
  if (study.prior) facts.push(t('已作为既往检查'));
  return facts.filter(Boolean).join(' · ');
}

/** The patient must be decided first; the buttons for that stand there. */
const isDoubted = (study: BatchStudy): boolean => study.linked && study.differences.length > 0;

/** A study is marked as prior, taken off the case, and put back. */
function StudyFoot({ desk, drop, study }: { desk: Desk; drop: Drop; study: BatchStudy }) {
  const address = `/api/v1/cases/${desk.subject.id}/studies/${study.study_uid}`;
  const change = (query: string, method: 'POST' | 'DELETE') => () =>
    attempt(api(address + query, { method }).then(() => desk.refresh(drop)));
  if (!study.linked) {
    return (
      <div class="up-study-foot" role="status">
        <span class="s">{t('这项检查已从病例移走，影像仍保存在本院。')}</span>
        <button type="button" class="btn btn-s" onClick={change(`?prior=${study.prior}`, 'POST')}>
          <Icon name="undo" />
          {t('放回病例')}
        </button>
      </div>
    );
  }
  return (
    <div class="up-study-foot">
      <span class="xs faint cut">{study.description}</span>
      <span class="row">
        <button type="button" class="btn btn-s btn-quiet" onClick={change(`?prior=${!study.prior}`, 'POST')}>
          <Icon name="history" />
          {study.prior ? t('不是既往检查') : t('标为既往检查')}
        </button>
        <button type="button" class="btn btn-s btn-quiet" onClick={change('', 'DELETE')}>
          <Icon name="move" />
          {t('移走')}
        </button>
      </span>
    </div>
  );
}

export function StudyRows({ desk, drop }: { desk: Desk; drop: Drop }) {
  const progress = progressOf(drop.items);
  const studies = drop.answer?.studies ?? [];
  const known = new Set(studies.flatMap((study) => study.series.map((series) => series.series_uid)));
  const others = [...progress].filter(([uid]) => uid !== '' && !known.has(uid) && drop.phase !== 'done');
  return (
    <>
      {studies.map((study) => (
        <section
          key={study.study_uid}
          class={study.linked ? 'up-study' : 'up-study is-away'}
          data-study={study.study_uid}
        >
          {study.series.map((series) => (
            <Row
              key={series.series_uid}
              series={series}
              progress={progress.get(series.series_uid)}
              facts={factsOf(study, series)}
            />
          ))}
          {study.linked && <PatientCheck desk={desk} drop={drop} study={study} />}
          {desk.subject.kind === 'case' && drop.phase === 'done' && !isDoubted(study) && (
            <StudyFoot desk={desk} drop={drop} study={study} />
          )}
        </section>
      ))}
      {others.map(([uid, row]) => (
        <Row key={uid} progress={row} facts={t('{n} 个文件', { n: row.total })} />
      ))}
    </>
  );
}
