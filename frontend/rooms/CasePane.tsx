/** The left side of a case's room outside a meeting: who, what is asked, what is known, what is missing. */
import { t } from '../kernel/i18n.ts';
import { type CaseFile, patientLine, type ReadinessItem } from './casefile.ts';
import { Icon } from './icons.tsx';
import { Papers } from './Papers.tsx';

export function caseStateWord(state: string): string {
  const words: Record<string, string> = {
    draft: t('草稿'),
    submitted: t('待受理'),
    returned: t('已退回补充'),
    accepted: t('已受理'),
    declined: t('已谢绝'),
    scheduled: t('已排期'),
    discussing: t('讨论中'),
    discussed: t('待出意见'),
    concluded: t('已出意见'),
    follow_up: t('随访中'),
    closed: t('已结案'),
    withdrawn: t('已撤回'),
  };
  return words[state] ?? state;
}

export const patientWords = (file: CaseFile) => patientLine(file, { male: t('男'), female: t('女'), years: t('岁') });

function Lack({ items }: { items: ReadinessItem[] }) {
  const lack = items.filter((item) => item.verdict === 'missing' || item.verdict === 'warn');
  if (lack.length === 0) return null;
  return (
    <ul class="case-lack">
      {lack.slice(0, 4).map((item) => (
        <li key={item.key} class={item.verdict === 'missing' && item.level === 'must' ? 'bad' : 'warn'}>
          <Icon name="alert" /> {item.detail}
        </li>
      ))}
    </ul>
  );
}

export function CasePane({ file }: { file: CaseFile | null }) {
  if (!file) return <p class="case-wait faint">{t('正在读取病例…')}</p>;
  const { readiness } = file;
  return (
    <>
      <div class="room-caption">
        <Icon name="agenda" />
        <h2>{t('病例')}</h2>
        <span class="push tag">{caseStateWord(file.state)}</span>
      </div>
      <div class="case-brief">
        <p class="strong">{file.title}</p>
        <p class="quiet">{patientWords(file)}</p>
        <p class="xs faint">{[file.hospital?.name, file.requester?.name].filter(Boolean).join(' · ')}</p>
        <h3>{t('要回答的问题')}</h3>
        <ol class="case-questions">
          {file.questions
            .filter((question) => question.round === file.round)
            .map((question) => (
              <li key={question.id}>{question.text}</li>
            ))}
        </ol>
        {file.diagnosis ? (
          <>
            <h3>{t('初步诊断')}</h3>
            <p>{file.diagnosis}</p>
          </>
        ) : null}
        {file.summary ? (
          <>
            <h3>{t('病历摘要')}</h3>
            <p class="pre">{file.summary}</p>
          </>
        ) : null}
        {file.materials.length > 0 ? (
          <>
            <h3>{t('资料')}</h3>
            <Papers papers={file.materials} />
          </>
        ) : null}
        {readiness ? (
          <>
            <h3>
              {t('资料完备')} {readiness.score}
            </h3>
            <Lack items={readiness.items} />
          </>
        ) : null}
        <p>
          <a href={`/cases/${file.id}`}>{t('打开病例页')} ›</a>
        </p>
      </div>
    </>
  );
}
