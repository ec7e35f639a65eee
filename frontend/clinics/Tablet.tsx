/** The whole tablet: the bar, the queue, the person in the chair, and what ends an encounter. */
import { useEffect, useReducer, useRef, useState } from 'preact/hooks';
import { ask } from '../kernel/confirm.ts';
import { api } from '../kernel/http.ts';
import { t } from '../kernel/i18n.ts';
import { toast } from '../kernel/toast.ts';
import { blank, type Day, type Shown } from './day.ts';
import { EncounterForm } from './EncounterForm.tsx';
import { Icon } from './icons.tsx';
import type { Change } from './outbox.ts';
import { Queue } from './Queue.tsx';
import type { Silent } from './types.ts';
import { dayAfter } from './words.ts';

const QUIET_MS = 1200;
const REFERRED = ['county_hospital', 'refer_up', 'emergency'];

function first(day: Day): Shown | null {
  const mine = (row: Shown) => row.doctor?.id === day.props.me.id;
  const rows = day.all();
  return rows.find((row) => row.state === 'in' && mine(row)) ?? rows.find((row) => row.state === 'called') ?? null;
}

function Bar({ day, onClose }: { day: Day; onClose: () => void }) {
  const { clinic } = day.props;
  const rows = day.all();
  const seen = rows.filter((row) => row.disposition);
  const referred = seen.filter((row) => REFERRED.includes(row.disposition ?? ''));
  return (
    <div class="clinic-bar">
      <a class="logo" href="/" aria-label={t('我的工作')}>
        <span class="logo-mark">
          <Icon name="logo" />
        </span>
      </a>
      <h1>{clinic.title}</h1>
      <span class={clinic.filing?.number ? 'tag tag-ok' : 'tag tag-warn'}>
        {clinic.filing?.number ? `${t('已备案')} ${clinic.filing.number}` : t('未备案')}
      </span>
      {(day.unsent > 0 || !day.online) && (
        <span class="tag tag-warn" role="status">
          <Icon name="cloudOff" />
          {day.online
            ? t('未上传 {number}', { number: day.unsent })
            : t('离线，未上传 {number}', { number: day.unsent })}
        </span>
      )}
      {day.unsent > 0 && !day.lasting && <span class="tag tag-bad">{t('请勿关闭本页')}</span>}
      <span class="s quiet push">
        {t('今日 {seen} 人 · 转诊 {referred}', { seen: seen.length, referred: referred.length })}
      </span>
      <a class="btn btn-s" href={`/clinics/${clinic.id}/screen`} target="_blank" rel="noopener">
        {t('叫号屏')}
      </a>
      <a class="btn btn-s" href={`/clinics/${clinic.id}/day`}>
        {t('概况')}
      </a>
      <button type="button" class="btn btn-s" onClick={onClose}>
        {t('结束义诊')}
      </button>
    </div>
  );
}

/** What one should know before the day is closed: who still waits, and whose tablet may hold something. */
export function closingSentence(waiting: number, silent: readonly Silent[]): string {
  const time = (moment: string) => new Date(moment).toTimeString().slice(0, 5);
  const said = silent.map(({ person, heard_at }) =>
    t('{name} 的平板 {time} 后没有联系，可能还有未上传的接诊。', { name: person.name, time: time(heard_at) }),
  );
  return [t('还在候诊的 {number} 人会记为离开。', { number: waiting }), ...said].join('');
}

export function Tablet({ day }: { day: Day }) {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => day.subscribe(() => redraw(null)), [day]);
  const [chosen, setChosen] = useState<Shown | null>(() => first(day));
  const [draft, setDraft] = useState<Change>({});
  const draftNow = useRef<Change>({});
  const timer = useRef(0);
  const choices = useRef(0);

  // A new person is read from the top of the form.
  useEffect(() => window.scrollTo(0, 0), [chosen?.key]);

  const held = chosen ? (day.find(chosen.key) ?? chosen) : null;
  const isNew = held !== null && day.find(held.key) === null;
  const row: Shown | null = held ? { ...held, ...draft } : null;

  function keepDraft(next: Change): void {
    draftNow.current = next;
    setDraft(next);
  }

  /** Hand over what was typed; for somebody new only when they are kept by a button. */
  async function flush(more: Change = {}): Promise<void> {
    window.clearTimeout(timer.current);
    const change = { ...draftNow.current, ...more };
    if (!held || Object.keys(change).length === 0) return;
    keepDraft({});
    await day.save(held, change);
  }

  function edit(change: Change): void {
    if (!held) return;
    const begins = !isNew && (held.state === 'waiting' || held.state === 'called');
    keepDraft({ ...draftNow.current, ...change, ...(begins ? { state: 'in' as const } : {}) });
    window.clearTimeout(timer.current);
    if (!isNew) timer.current = window.setTimeout(() => void flush(), QUIET_MS);
  }

  async function select(next: Shown | null): Promise<void> {
    choices.current += 1;
    if (!isNew) await flush();
    keepDraft({});
    setChosen(next);
  }

  function demandName(): boolean {
    if (row?.name.trim()) return true;
    toast(t('请先填姓名。'), 'warn');
    document.querySelector<HTMLInputElement>('.identity-name input')?.focus();
    return false;
  }

  /** A picture or a case hangs on an encounter that is kept. */
  async function keepFirst(): Promise<Shown | null> {
    if (!row || !demandName()) return null;
    await flush(isNew ? { state: 'in' } : {});
    return day.find(row.key);
  }

  async function queueUp(): Promise<void> {
    if (!row || !demandName()) return;
    await flush({ state: 'waiting' });
    keepDraft({});
    setChosen(blank());
  }

  async function finish(): Promise<void> {
    if (!row || !demandName()) return;
    if (!row.disposition) {
      toast(t('请先选择处置。'), 'warn');
      return;
    }
    const asked = choices.current;
    await flush({ state: 'done' });
    if (row.disposition === 'case' && !row.case_id) await day.toCase(row);
    await callNext(asked);
  }

  /** Whoever is called takes the chair, unless somebody was chosen by hand while the call was on its way. */
  async function callNext(asked = choices.current): Promise<void> {
    const called = await day.callNext();
    if (choices.current === asked) setChosen(called ?? blank());
  }

  async function makeCase(): Promise<void> {
    const kept = await keepFirst();
    if (!kept) return;
    if (!kept.disposition) await day.save(kept, { disposition: 'case', state: 'done' });
    await day.toCase(kept);
    toast(day.online ? t('正在立为病例。') : t('已记下，有网络后立为病例。'), 'ok');
  }

  async function print(): Promise<void> {
    await flush();
    window.open(`/api/v1/encounters/${row?.id}/slip.pdf`, '_blank', 'noopener');
  }

  async function close(): Promise<void> {
    await flush();
    if (day.unsent > 0) {
      toast(t('还有 {number} 份未上传，上传完才能结束。', { number: day.unsent }), 'bad');
      return;
    }
    try {
      const sentence = closingSentence(day.waiting().length, (await day.server.clinic()).silent);
      if (!(await ask({ sentence, title: t('结束今天的义诊？'), label: t('结束义诊') }))) return;
      await api(`/api/v1/clinics/${day.props.clinic.id}/close`, { method: 'POST', body: { not_uploaded: day.unsent } });
      window.location.assign(`/clinics/${day.props.clinic.id}/day`);
    } catch (error) {
      toast((error as Error).message, 'bad');
    }
  }

  async function leave(): Promise<void> {
    if (!held) return;
    const asked = choices.current;
    await flush({ state: 'left' });
    await callNext(asked);
  }

  const isCallable = held !== null && !isNew && held.state !== 'done';
  const next = day.waiting().find((one) => one.key !== row?.key);
  return (
    <>
      <Bar day={day} onClose={() => void close()} />
      <div class="clinic">
        <Queue
          rows={day.all()}
          selected={row?.key ?? ''}
          onSelect={(one) => void select(one)}
          onNew={() => void select(blank())}
          onSkip={isCallable && held?.state !== 'left' ? () => void leave() : null}
          onRecall={isCallable ? () => void day.move(held, 'called') : null}
        />
        <section class="card encounter" aria-label={t('接诊')}>
          {row ? (
            <EncounterForm key={row.key} day={day} row={row} isNew={isNew} onEdit={edit} onBefore={keepFirst} />
          ) : (
            <Start next={next ?? null} onCall={() => void callNext()} onNew={() => setChosen(blank())} />
          )}
          {row && (
            <footer class="encounter-foot">
              <ConsentButton row={row} onEdit={edit} />
              {isNew ? (
                <button type="button" class="btn btn-l" onClick={() => void queueUp()}>
                  {t('加入候诊')}
                </button>
              ) : (
                <>
                  <button
                    type="button"
                    class="btn btn-l"
                    disabled={!row.id || !row.disposition}
                    onClick={() => void print()}
                  >
                    <Icon name="printer" />
                    {t('义诊单')}
                  </button>
                  <button
                    type="button"
                    class="btn btn-l"
                    disabled={row.case_id !== null}
                    onClick={() => void makeCase()}
                  >
                    <Icon name="filePlus" />
                    {t('转为病例')}
                  </button>
                </>
              )}
              <button type="button" class="btn btn-l btn-primary" onClick={() => void finish()}>
                {next?.ticket ? t('完成，叫 {ticket} 号', { ticket: next.ticket.slice(1) }) : t('完成，下一位')}
              </button>
            </footer>
          )}
        </section>
      </div>
    </>
  );
}

function Start({ next, onCall, onNew }: { next: Shown | null; onCall: () => void; onNew: () => void }) {
  return (
    <div class="empty">
      <h2>{next ? t('{number} 号在等', { number: next.ticket.slice(1) }) : t('没有人候诊')}</h2>
      <p>{t('叫号后在这里记录；也可以直接登记来人。')}</p>
      <div class="wrap-row">
        {next && (
          <button type="button" class="btn btn-l btn-primary" onClick={onCall}>
            <Icon name="megaphone" />
            {t('叫 {ticket} 号', { ticket: next.ticket.slice(1) })}
          </button>
        )}
        <button type="button" class={next ? 'btn btn-l' : 'btn btn-l btn-primary'} onClick={onNew}>
          <Icon name="plus" />
          {t('登记新患者')}
        </button>
      </div>
    </div>
  );
}

function ConsentButton({ row, onEdit }: { row: Shown; onEdit: (change: Change) => void }) {
  const { given, by } = row.consent;
  const consent = given
    ? { given: false, by: '', at: '' }
    : { given: true, by: '本人', at: dayAfter(new Date(), 0, 0) };
  return (
    <button
      type="button"
      class={given ? 'note consent is-on' : 'note consent'}
      aria-pressed={given}
      onClick={() => onEdit({ consent: { ...consent, at: consent.at } })}
    >
      <Icon name="check" />
      {given ? t('已知情同意（{by}）', { by }) : t('记录知情同意')}
    </button>
  );
}
