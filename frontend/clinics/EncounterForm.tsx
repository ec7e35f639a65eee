/** The person in the chair: large chips, few presses. */
import { useEffect, useReducer, useRef, useState } from 'preact/hooks';
import { t } from '../kernel/i18n.ts';
import type { Day, Shown } from './day.ts';
import { Film } from './Film.tsx';
import { Icon } from './icons.tsx';
import type { Change } from './outbox.ts';
import { AgeField, AgePad, Chips, Text } from './parts.tsx';
import { sexWord } from './Queue.tsx';
import type { Disposition, Hospital } from './types.ts';
import {
  adviceOffered,
  complaints,
  dayAfter,
  dispositions,
  histories,
  revisits,
  sexes,
  TOWNSHIPS_SHOWN,
  withSentence,
} from './words.ts';

export interface FormProps {
  day: Day;
  row: Shown;
  isNew: boolean;
  onEdit: (change: Change) => void;
  onBefore: () => Promise<Shown | null>;
}

function toggled(list: readonly string[], one: string): string[] {
  return list.includes(one) ? list.filter((each) => each !== one) : [...list, one];
}

const pairs = (words: readonly string[]) => words.map((word) => [word, word] as const);

/** Minutes and seconds since the person sat down. */
function Timer({ since }: { since: string }) {
  const [, tick] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const beat = window.setInterval(() => tick(null), 1000);
    return () => window.clearInterval(beat);
  }, []);
  const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(since)) / 1000));
  const part = (value: number) => String(value).padStart(2, '0');
  return (
    <span class="s faint num encounter-timer">
      <Icon name="timer" />
      {part(Math.floor(seconds / 60))}:{part(seconds % 60)}
    </span>
  );
}

function Identity({ day, row, onEdit }: FormProps) {
  const name = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!row.name) name.current?.querySelector('input')?.focus();
  }, [row.key]);
  const seen = day.all().map((one) => one.township);
  const townships = [...new Set(seen.filter(Boolean))].slice(0, TOWNSHIPS_SHOWN);
  return (
    <div class="identity">
      <div ref={name} class="identity-name">
        <Text label={t('姓名')} value={row.name} onInput={(text) => onEdit({ name: text })} />
      </div>
      <Chips
        label={t('性别')}
        options={sexes()}
        chosen={row.sex === 'M' || row.sex === 'F' ? [row.sex] : []}
        onPress={(sex) => onEdit({ sex })}
      />
      <AgeField value={row.age} onChange={(age) => onEdit({ age })} />
      <AgePad value={row.age} onChange={(age) => onEdit({ age })} />
      <details class="identity-more" open={Boolean(row.phone || row.township)}>
        <summary class="s">{t('乡镇、电话')}</summary>
        <div class="fields fields-2">
          <div>
            <Text label={t('乡镇')} value={row.township} onInput={(text) => onEdit({ township: text })} />
            {townships.length > 0 && (
              <Chips
                label={t('今天的乡镇')}
                hidden
                small
                options={pairs(townships)}
                chosen={[row.township]}
                onPress={(township) => onEdit({ township })}
              />
            )}
          </div>
          <Text label={t('电话')} digits value={row.phone} onInput={(text) => onEdit({ phone: text })} />
        </div>
      </details>
    </div>
  );
}

const SENT_TO: Partial<Record<Disposition, string>> = {
  county_hospital: 'county',
  refer_up: 'provincial',
  emergency: 'county',
};

/** What a disposition brings with it: a date for a recheck, the nearest hospital of the kind for a referral. */
export function disposed(row: Shown, disposition: Disposition, hospitals: readonly Hospital[]): Change {
  const change: Change = { disposition };
  if (disposition === 'recheck' && !row.revisit_on) change.revisit_on = dayAfter(new Date(), 0, 3);
  const kind = SENT_TO[disposition];
  const offered = hospitals.map((each) => each.name);
  if (kind && (!row.where_to_go || offered.includes(row.where_to_go))) {
    change.where_to_go = hospitals.find((each) => each.kind === kind)?.name ?? '';
  }
  return change;
}

/** One of the hospitals at hand, or another in words. */
function Where({ day, row, onEdit }: Pick<FormProps, 'day' | 'row' | 'onEdit'>) {
  const [other, setOther] = useState(false);
  const names = day.props.hospitals.map((each) => each.name);
  const isOther = other || (row.where_to_go !== '' && !names.includes(row.where_to_go));
  const options = [...pairs(names), ['', t('其他医院')] as const];
  return (
    <div class="field">
      <Chips
        label={t('转往')}
        line
        small
        options={options}
        chosen={[isOther ? '' : row.where_to_go]}
        onPress={(name) => {
          setOther(name === '');
          if (name !== '' || names.includes(row.where_to_go)) onEdit({ where_to_go: name });
        }}
      />
      {isOther && (
        <Text
          label={t('其他医院')}
          hidden
          value={row.where_to_go}
          placeholder={t('医院和科室')}
          onInput={(text) => onEdit({ where_to_go: text })}
        />
      )}
    </div>
  );
}

function WhereAndWhen({ day, row, onEdit }: FormProps) {
  const goes = row.disposition !== null && SENT_TO[row.disposition] !== undefined;
  const returns = row.disposition !== null && row.disposition !== 'none' && row.disposition !== 'emergency';
  const dates = revisits().map(([text, days, months]) => [dayAfter(new Date(), days, months), text] as const);
  return (
    <>
      {returns && (
        <Chips
          label={t('复查')}
          small
          options={dates}
          chosen={[row.revisit_on ?? '']}
          onPress={(date) => onEdit({ revisit_on: row.revisit_on === date ? null : date })}
        >
          <input
            class="input input-date"
            type="date"
            aria-label={t('复查日期')}
            value={row.revisit_on ?? ''}
            onChange={(event) => onEdit({ revisit_on: event.currentTarget.value || null })}
          />
        </Chips>
      )}
      {goes && <Where day={day} row={row} onEdit={onEdit} />}
    </>
  );
}

export function EncounterForm(props: FormProps) {
  const { day, row, isNew, onEdit, onBefore } = props;
  const [edits, setEdits] = useState('');
  const showsIdentity = isNew || !row.name || edits === row.key;
  const refused = day.refusedOf(row.key);
  return (
    <>
      <header class="encounter-head">
        <h2>
          {row.ticket} {row.name || t('新登记')}
        </h2>
        <span class="quiet">
          {sexWord(row)} {row.age !== null && t('{age} 岁', { age: row.age })}
        </span>
        {!isNew && (
          <button
            type="button"
            class="btn btn-quiet btn-icon"
            aria-label={t('修改姓名、性别、年龄')}
            aria-expanded={showsIdentity}
            onClick={() => setEdits(showsIdentity ? '' : row.key)}
          >
            <Icon name="pencil" />
          </button>
        )}
        <span class="encounter-end push">
          {row.taken_at && row.state === 'in' && <Timer since={row.taken_at} />}
          {row.case_id && (
            <a class="tag tag-brand" href={`/cases/${row.case_id}`}>
              {t('已立为病例')}
            </a>
          )}
        </span>
      </header>
      <div class="encounter-body">
        {refused && (
          <div class="banner banner-bad" role="alert">
            <span>{t('这份接诊没有被服务器接受：{reason}', { reason: refused })}</span>
            <button type="button" class="btn btn-s push" onClick={() => void day.drop(row.key)}>
              {t('放弃未上传的修改')}
            </button>
          </div>
        )}
        {showsIdentity && <Identity {...props} />}
        <Chips
          label={t('主诉')}
          hidden
          options={complaints()}
          chosen={row.chips}
          onPress={(chip) => onEdit({ chips: toggled(row.chips, chip) })}
        />
        <Text
          label={t('主诉补充')}
          hidden
          value={row.complaint}
          placeholder={t('主诉补充：时间、伴随症状')}
          onInput={(text) => onEdit({ complaint: text })}
        />
        <Chips
          label={t('既往')}
          hidden
          small
          options={histories()}
          chosen={row.history}
          onPress={(chip) => onEdit({ history: toggled(row.history, chip) })}
        />
        <div class="encounter-grid">
          <Film day={day} row={row} onBefore={onBefore} />
          <div class="stack-m">
            <Text label={t('所见')} rows={1} value={row.finding} onInput={(text) => onEdit({ finding: text })} />
            <div class="advice">
              <Text label={t('意见')} rows={2} value={row.advice} onInput={(text) => onEdit({ advice: text })} />
              <Chips
                label={t('常用意见')}
                hidden
                line
                small
                options={adviceOffered()}
                chosen={adviceOffered().flatMap(([one]) => (row.advice.includes(one) ? [one] : []))}
                onPress={(one) => onEdit({ advice: withSentence(row.advice, one) })}
              />
            </div>
            <Chips
              label={t('处置')}
              options={dispositions()}
              chosen={row.disposition ? [row.disposition] : []}
              onPress={(one) => onEdit(disposed(row, one, day.props.hospitals))}
            />
            <WhereAndWhen {...props} />
          </div>
        </div>
      </div>
    </>
  );
}
