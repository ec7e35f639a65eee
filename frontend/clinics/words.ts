/**
 * What is offered for a press. A chip shows the page's language; the record, which is printed for the patient, keeps the
 * Chinese word.
 */
import { t } from '../kernel/i18n.ts';
import type { Disposition } from './types.ts';

type Offers = readonly (readonly [string, string])[];

export function complaints(): Offers {
  return [
    ['咳嗽', t('咳嗽')],
    ['咳痰', t('咳痰')],
    ['气促', t('气促')],
    ['胸痛', t('胸痛')],
    ['体重下降', t('体重下降')],
    ['体检异常', t('体检异常')],
    ['腹痛', t('腹痛')],
    ['腰痛', t('腰痛')],
    ['头晕', t('头晕')],
  ];
}

export function histories(): Offers {
  return [
    ['高血压', t('高血压')],
    ['糖尿病', t('糖尿病')],
    ['冠心病', t('冠心病')],
    ['吸烟', t('吸烟')],
    ['肺结核史', t('肺结核史')],
    ['肿瘤史', t('肿瘤史')],
    ['手术史', t('手术史')],
  ];
}

export function adviceOffered(): Offers {
  return [
    ['3 日内到县医院做胸部 CT', t('3 日内到县医院做胸部 CT')],
    ['送痰涂片与培养，外出戴口罩', t('送痰涂片与培养，外出戴口罩')],
    ['按时服药，监测血压血糖', t('按时服药，监测血压血糖')],
    ['戒烟，避免油烟粉尘', t('戒烟，避免油烟粉尘')],
    ['带既往片子复诊对比', t('带既往片子复诊对比')],
    ['症状加重立即就诊', t('症状加重立即就诊')],
  ];
}

export const TOWNSHIPS_SHOWN = 3;

/** Code and label, in the page's language. */
export function dispositions(): readonly (readonly [Disposition, string])[] {
  return [
    ['none', t('无需处理')],
    ['recheck', t('复查')],
    ['county_hospital', t('县医院')],
    ['refer_up', t('上转')],
    ['case', t('会诊')],
    ['emergency', t('急诊')],
  ];
}

/** What is said, days and months from today. */
export function revisits(): readonly (readonly [string, number, number])[] {
  return [
    [t('1周'), 7, 0],
    [t('1月'), 0, 1],
    [t('3月'), 0, 3],
    [t('6月'), 0, 6],
  ];
}

export function sexes(): readonly (readonly ['M' | 'F', string])[] {
  return [
    ['M', t('男')],
    ['F', t('女')],
  ];
}

/** `YYYY-MM-DD` so many days and months after `from`, in the clock of this device; the 31st becomes the month's last. */
export function dayAfter(from: Date, days: number, months: number): string {
  const day = new Date(from.getFullYear(), from.getMonth() + months, 1);
  const last = new Date(day.getFullYear(), day.getMonth() + 1, 0).getDate();
  day.setDate(Math.min(from.getDate(), last) + days);
  const part = (value: number) => String(value).padStart(2, '0');
  return `${day.getFullYear()}-${part(day.getMonth() + 1)}-${part(day.getDate())}`;
}

/** `text` with `more` added as one more sentence; unchanged if it is there already. */
export function withSentence(text: string, more: string): string {
  if (text.includes(more)) return text;
  return text.trim() ? `${text.trim().replace(/[；。;.]$/, '')}；${more}` : more;
}
