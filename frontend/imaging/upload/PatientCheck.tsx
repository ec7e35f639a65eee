/** The images' patient is not the case's: both side by side, and the physician decides. */
import { api } from '../../kernel/http.ts';
import { t } from '../../kernel/i18n.ts';
import type { BatchStudy, Difference } from './answers.ts';
import { attempt } from './attempt.ts';
import type { Desk, Drop } from './desk.ts';
import { Icon } from './icons.tsx';

const SEX: Readonly<Record<string, string>> = { M: '男', F: '女', O: '其他' };

function fieldName(field: Difference['field']): string {
  const names = { name: t('姓名'), sex: t('性别'), birth_date: t('出生日期'), local_id: t('门诊 / 住院号') };
  return names[field];
}

function shown({ field }: Difference, value: string): string {
  if (field === 'sex') return t(SEX[value] ?? value);
  if (field === 'birth_date') return value.replace(/^(\d{4})-?(\d{2})-?(\d{2})$/, '$1-$2-$3');
  return value.replace(/\^/g, ' ');
}

export function PatientCheck({ desk, drop, study }: { desk: Desk; drop: Drop; study: BatchStudy }) {
  if (study.differences.length === 0) return null;
  const address = `/api/v1/cases/${desk.subject.id}/studies/${study.study_uid}`;
  const say = (work: Promise<unknown>) => attempt(work.then(() => desk.refresh(drop)));
  return (
    <div class="up-patient" role="alert">
      <p class="strong">
        <Icon name="warning" /> {t('影像中的患者与本病例不一致，请核对')}
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col" />
            <th scope="col">{t('本病例')}</th>
            <th scope="col">{t('影像文件')}</th>
          </tr>
        </thead>
        <tbody>
          {study.differences.map((each) => (
            <tr key={each.field}>
              <th scope="row">{fieldName(each.field)}</th>
              <td>{shown(each, each.ours)}</td>
              <td>{shown(each, each.theirs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {desk.subject.kind === 'case' && (
        <div class="up-choices">
          <button
            type="button"
            class="btn btn-s"
            onClick={() => say(api(`${address}/same-patient`, { method: 'POST' }))}
          >
            <Icon name="check" />
            {t('是同一人')}
          </button>
          <button type="button" class="btn btn-s" onClick={() => say(api(address, { method: 'DELETE' }))}>
            <Icon name="move" />
            {t('不是，移走这项检查')}
          </button>
        </div>
      )}
    </div>
  );
}
