/** Writing the consensus: an answer to each question, diagnosis, recommendations, narrative, key images. */
import { t } from '../kernel/i18n.ts';
import type { DecisionProps } from './Decision.tsx';
import type { Desk } from './desk.ts';
import { Icon } from './icons.tsx';
import { KeyThumb } from './KeyCard.tsx';
import type { Clash } from './merge.ts';
import type { AnswerText, Opinion, OpinionText, Recommendation } from './opinion.ts';
import type { Room } from './room.ts';

interface AreaProps {
  id: string;
  label: string;
  value: string;
  rows: number;
  problem: string | undefined;
  onWrite: (value: string) => void;
}

function Area({ id, label, value, rows, problem, onWrite }: AreaProps) {
  return (
    <div class={`field${problem ? ' is-wrong' : ''}`}>
      <label for={id}>{label}</label>
      <textarea
        class="input"
        id={id}
        rows={rows}
        value={value}
        aria-describedby={problem ? `${id}-problem` : undefined}
        onInput={(event) => onWrite(event.currentTarget.value)}
      />
      {problem ? (
        <p class="error" id={`${id}-problem`} role="alert">
          {problem}
        </p>
      ) : null}
    </div>
  );
}

function Answer({ desk, at, question }: { desk: Desk; at: number; question: { id: string; text: string } }) {
  const text = desk.text as OpinionText;
  const answer = text.answers[at] as AnswerText;
  const cannot = answer.cannot_answer_because !== null && answer.cannot_answer_because !== undefined;
  const put = (change: Partial<AnswerText>) =>
    desk.change({ answers: text.answers.map((one, place) => (place === at ? { ...one, ...change } : one)) });
  const problem = desk.problems[`answers.${at}.text`] ?? desk.problems[`answers.${at}.cannot_answer_because`];
  return (
    <div class="draft-answer">
      <Area
        id={`answer-${at}`}
        label={`${at + 1}. ${question.text}`}
        rows={2}
        value={(cannot ? answer.cannot_answer_because : answer.text) ?? ''}
        problem={problem}
        onWrite={(value) => put(cannot ? { cannot_answer_because: value } : { text: value })}
      />
      <label class="check xs">
        <input
          type="checkbox"
          checked={cannot}
          onChange={(event) =>
            put(
              event.currentTarget.checked
                ? { text: '', cannot_answer_because: answer.text }
                : { text: answer.cannot_answer_because ?? '', cannot_answer_because: null },
            )
          }
        />
        <span>{t('目前不能回答，写明原因')}</span>
      </label>
    </div>
  );
}

function owners(room: Room, opinion: Opinion): { id: string; name: string }[] {
  const found = new Map<string, string>();
  for (const one of [...opinion.signers_missing, ...opinion.signatures.map((each) => each.person)])
    found.set(one.id, one.name);
  for (const member of room.members) if (member.role !== 'trainee') found.set(member.id, member.name);
  return [...found].map(([id, name]) => ({ id, name }));
}

interface RowProps {
  one: Recommendation;
  at: number;
  people: { id: string; name: string }[];
  requester: string;
  problem: string | undefined;
  onPut: (change: Partial<Recommendation>) => void;
  onDrop: () => void;
}

function RecommendationRow({ one, at, people, requester, problem, onPut, onDrop }: RowProps) {
  return (
    <li class={`recommendation${problem ? ' is-wrong' : ''}`}>
      <span class="no">{at + 1}</span>
      <input
        class="input recommendation-text"
        aria-label={t('建议 {n}', { n: at + 1 })}
        value={one.text}
        maxLength={2000}
        onInput={(event) => onPut({ text: event.currentTarget.value })}
      />
      <select
        class="input"
        aria-label={t('责任人')}
        value={one.owner}
        onChange={(event) => onPut({ owner: event.currentTarget.value })}
      >
        <option value="requesting_team">{requester || t('申请医院')}</option>
        {people.map((person) => (
          <option key={person.id} value={person.id}>
            {person.name}
          </option>
        ))}
      </select>
      <input
        class="input"
        type="date"
        aria-label={t('期限')}
        value={one.due ?? ''}
        onChange={(event) => onPut({ due: event.currentTarget.value || null })}
      />
      <select
        class="input"
        aria-label={t('缓急')}
        value={one.urgency}
        onChange={(event) => onPut({ urgency: event.currentTarget.value })}
      >
        <option value="routine">{t('普通')}</option>
        <option value="urgent">{t('加急')}</option>
        <option value="emergency">{t('紧急')}</option>
      </select>
      <button
        type="button"
        class="btn btn-quiet btn-icon"
        aria-label={t('删除建议 {n}', { n: at + 1 })}
        onClick={onDrop}
      >
        <Icon name="trash" />
      </button>
      {problem ? (
        <p class="error" role="alert">
          {problem}
        </p>
      ) : null}
    </li>
  );
}

function Recommendations({ room, desk, requester }: { room: Room; desk: Desk; requester: string }) {
  const list = (desk.text as OpinionText).recommendations;
  const put = (recommendations: Recommendation[]) => desk.change({ recommendations });
  const people = owners(room, desk.opinion as Opinion);
  const problemOf = (at: number) =>
    Object.entries(desk.problems).find(([field]) => field.startsWith(`recommendations.${at}`))?.[1];
  const add = () => put([...list, { text: '', owner: 'requesting_team', due: null, urgency: 'routine' }]);
  return (
    <fieldset class="field">
      <legend>{t('建议（责任人、期限）')}</legend>
      <ol class="recommendations">
        {list.map((one, at) => (
          <RecommendationRow
            key={one.id ?? at}
            one={one}
            at={at}
            people={people}
            requester={requester}
            problem={problemOf(at)}
            onPut={(change) => put(list.map((each, place) => (place === at ? { ...each, ...change } : each)))}
            onDrop={() => put(list.filter((_, place) => place !== at))}
          />
        ))}
      </ol>
      <button type="button" class="btn" id="recommendation-add" onClick={add}>
        <Icon name="plus" />
        {t('添加建议')}
      </button>
    </fieldset>
  );
}

function fieldWord(field: string, opinion: Opinion): string {
  const words: Record<string, string> = {
    diagnosis: t('诊断'),
    narrative: t('意见'),
    recommendations: t('建议'),
    key_images: t('关键图'),
  };
  const question = opinion.questions.find(({ id }) => field === `answers.${id}`);
  return question?.text ?? words[field] ?? field;
}

function Clashes({ desk }: { desk: Desk }) {
  if (desk.clashes.length === 0) return null;
  const row = (clash: Clash) => (
    <div class="clash" key={clash.field} data-clash={clash.field}>
      <p class="strong">{fieldWord(clash.field, desk.opinion as Opinion)}</p>
      <p class="pre">
        <b>{t('对方：')}</b> {clash.theirs || t('（空）')}
      </p>
      <p class="pre">
        <b>{t('我的：')}</b> {clash.mine || t('（空）')}
      </p>
      <span class="row">
        <button type="button" class="btn" onClick={() => desk.decide(clash.field, 'theirs')}>
          {t('用对方的')}
        </button>
        <button type="button" class="btn" onClick={() => desk.decide(clash.field, 'mine')}>
          {t('用我的')}
        </button>
      </span>
    </div>
  );
  return (
    <div class="clashes" role="alert" id="draft-clashes">
      <p class="warn strong">
        {t('{name}同时改了这些内容，请选用哪一份：', { name: desk.opinion?.edited_by?.name ?? '' })}
      </p>
      {desk.clashes.map(row)}
    </div>
  );
}

function SaveState({ desk }: { desk: Desk }) {
  const words = desk.saving ? t('正在保存…') : desk.dirty ? t('未保存') : t('已保存');
  return (
    <span class="xs faint" id="draft-saved" data-saved={!desk.saving && !desk.dirty} role="status">
      {desk.problems[''] ?? words}
    </span>
  );
}

function Pictures({ room, desk, thumbs }: Pick<DecisionProps, 'room' | 'desk' | 'thumbs'>) {
  const list = (desk.text as OpinionText).key_images;
  const drop = (at: number) => desk.change({ key_images: list.filter((_, place) => place !== at) });
  return (
    <fieldset class="field">
      <legend>{t('关键图（印在意见书上）')}</legend>
      <div class="key-thumbs">
        {list.map((image, at) => (
          <span class="key-kept" key={`${image.instance_uid}${at}`}>
            <KeyThumb image={image} by={room.me} room={room} thumbs={thumbs} />
            <button
              type="button"
              class="message-tool"
              aria-label={t('去掉关键图 {n}', { n: at + 1 })}
              onClick={() => drop(at)}
            >
              <Icon name="close" />
            </button>
          </span>
        ))}
        <button type="button" class="btn" id="draft-key-image" onClick={() => insertKeyImage(room, desk)}>
          <Icon name="keyImage" />
          {t('插入当前画面')}
        </button>
      </div>
    </fieldset>
  );
}

function insertKeyImage(room: Room, desk: Desk): void {
  const made = room.shared.viewer?.keyImage();
  if (made) desk.addKeyImage(made.key);
}

export function OpinionEditor({ room, desk, thumbs, requester }: DecisionProps) {
  const text = desk.text as OpinionText;
  const opinion = desk.opinion as Opinion;
  return (
    <section aria-label={t('会诊意见')} id="opinion" class="is-writing" onFocusOut={() => void desk.save()}>
      <div class="room-caption">
        <Icon name="draft" />
        <h2>{t('正在起草会诊意见')}</h2>
        <SaveState desk={desk} />
        <span class="row push">
          <button type="button" class="btn" id="draft-done" onClick={() => void desk.stop()}>
            {t('写好了')}
          </button>
          {desk.may('propose') ? (
            <button type="button" class="btn btn-primary" id="draft-propose" onClick={() => void desk.propose()}>
              {t('提请签名')}
            </button>
          ) : null}
        </span>
      </div>
      <div class="draft draft-form">
        <Clashes desk={desk} />
        {opinion.questions.map((question, at) => (
          <Answer key={question.id} desk={desk} at={at} question={question} />
        ))}
        <Area
          id="draft-diagnosis"
          label={t('诊断')}
          rows={1}
          value={text.diagnosis}
          problem={desk.problems.diagnosis}
          onWrite={(diagnosis) => desk.change({ diagnosis })}
        />
        <Recommendations room={room} desk={desk} requester={requester} />
        <Area
          id="draft-narrative"
          label={t('意见（叙述）')}
          rows={3}
          value={text.narrative}
          problem={desk.problems.narrative}
          onWrite={(narrative) => desk.change({ narrative })}
        />
        <Pictures room={room} desk={desk} thumbs={thumbs} />
      </div>
    </section>
  );
}
