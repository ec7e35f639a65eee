/** What became of each file: problems first, each with its sentence and way on; the fine ones folded. */
import { t } from '../../kernel/i18n.ts';
import type { FileVerdict } from './answers.ts';
import type { Desk, Drop } from './desk.ts';
import { Icon } from './icons.tsx';

interface Trouble {
  readonly key: string;
  readonly isRefused: boolean;
  readonly sentence: string;
  readonly wayOn: string;
  readonly names: readonly string[];
}

const NAMES_SHOWN = 200;

function grouped(troubles: readonly Trouble[]): Trouble[] {
  const found = new Map<string, Trouble>();
  for (const each of troubles) {
    const key = `${each.isRefused}${each.sentence}`;
    const before = found.get(key);
    found.set(key, before ? { ...before, names: [...before.names, ...each.names] } : each);
  }
  return [...found.values()].sort((a, b) => Number(b.isRefused) - Number(a.isRefused));
}

function fromServer(file: FileVerdict): Trouble {
  const { name, code, detail, state } = file;
  return { key: code, isRefused: state === 'refused', sentence: detail, wayOn: file.way_on, names: [name] };
}

/** Another patient is shown beside the study, not once for each of its files. */
export function troublesOf(drop: Drop): Trouble[] {
  const failed = drop.items.filter((item) => item.state === 'failed');
  return grouped([
    ...failed.map(({ path, problem }) => ({ key: path, isRefused: true, sentence: problem, wayOn: '', names: [path] })),
    ...(drop.answer?.files ?? []).filter((file) => file.code !== 'other_patient').map(fromServer),
    ...drop.aside.map(({ path, why }) => ({ key: path, isRefused: false, sentence: why, wayOn: '', names: [path] })),
  ]);
}

function TroubleRow({ trouble }: { trouble: Trouble }) {
  const [first = '', ...rest] = trouble.names;
  const last = first.split('/').pop() ?? first;
  return (
    <li class={trouble.isRefused ? 'is-refused' : ''}>
      <Icon name={trouble.isRefused ? 'refused' : 'warning'} />
      <div>
        <b title={first}>{rest.length > 0 ? t('{name} 等 {n} 个文件', { name: last, n: rest.length + 1 }) : last}</b>{' '}
        {trouble.sentence}
        {trouble.wayOn && <span class="faint"> {trouble.wayOn}</span>}
        {rest.length > 0 && (
          <details>
            <summary>{t('看文件名')}</summary>
            <ul class="up-paths">
              {trouble.names.slice(0, NAMES_SHOWN).map((name) => (
                <li key={name}>{name}</li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </li>
  );
}

export function Verdicts({ desk, drop }: { desk: Desk; drop: Drop }) {
  const counts = drop.answer?.counts ?? {};
  const stored = (counts.stored ?? 0) + (counts.warning ?? 0);
  const fine = stored + (counts.duplicate ?? 0) + drop.skipped;
  const troubles = troublesOf(drop);
  const files = (drop.full?.files ?? []).filter((file) => file.state !== 'refused');
  return (
    <>
      {troubles.length > 0 && (
        <ul class="up-troubles">
          {troubles.map((trouble) => (
            <TroubleRow key={`${trouble.isRefused}${trouble.sentence}`} trouble={trouble} />
          ))}
        </ul>
      )}
      {fine > 0 && drop.phase === 'done' && (
        <details class="up-fine" onToggle={() => drop.full === null && void desk.showAll(drop)}>
          <summary>
            <Icon name="check" /> {fineSentence(stored, counts.duplicate ?? 0, drop.skipped)}
          </summary>
          <ul class="up-paths">
            {files.slice(0, NAMES_SHOWN).map((file) => (
              <li key={file.name}>
                {file.name} <span class="faint">{file.state === 'duplicate' ? t('已上传过') : ''}</span>
              </li>
            ))}
            {files.length > NAMES_SHOWN && <li class="faint">{t('… 共 {n} 个', { n: files.length })}</li>}
          </ul>
        </details>
      )}
    </>
  );
}

function fineSentence(stored: number, duplicate: number, skipped: number): string {
  const parts = [];
  if (stored) parts.push(t('{n} 个文件已入库', { n: stored }));
  if (duplicate) parts.push(t('{n} 个先前已上传过，未重复保存', { n: duplicate }));
  if (skipped) parts.push(t('{n} 个上次已经传完，没有重传', { n: skipped }));
  return parts.join(t('，'));
}
