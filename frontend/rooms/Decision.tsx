/** The decision under the pictures: the consensus as it stands, who signed, and what this person may do with it. */
import { useState } from 'preact/hooks';
import { ask } from '../kernel/confirm.ts';
import { t } from '../kernel/i18n.ts';
import type { Desk } from './desk.ts';
import { Icon } from './icons.tsx';
import { KeyThumb } from './KeyCard.tsx';
import { OpinionEditor } from './OpinionEditor.tsx';
import type { Opinion, Recommendation } from './opinion.ts';
import { Avatar } from './people.tsx';
import type { Room } from './room.ts';
import { SignDialog } from './SignDialog.tsx';
import type { Thumbs } from './thumbs.ts';
import { shortOf } from './when.ts';
import { opinionWord, stanceWord } from './words.ts';

export interface DecisionProps {
  room: Room;
  desk: Desk;
  thumbs: Thumbs;
  requester: string;
  mayDraft: boolean;
}

export function ownerName(room: Room, opinion: Opinion, owner: string, requester: string): string {
  if (owner === 'requesting_team') return requester || t('申请医院');
  const signers = [...opinion.signatures.map((one) => one.person), ...opinion.signers_missing];
  return signers.find((one) => one.id === owner)?.name ?? room.nameOf(owner);
}

function Recommendations({ list, name }: { list: Recommendation[]; name: (owner: string) => string }) {
  if (list.length === 0) return <span class="faint">{t('暂无')}</span>;
  return (
    <>
      {list.map((one, at) => (
        <span class="draft-recommendation" key={one.id ?? at}>
          {'①②③④⑤⑥⑦⑧⑨⑩'[at] ?? `${at + 1}.`} {one.text}{' '}
          <span class="faint nowrap">{[name(one.owner), one.due?.slice(5)].filter(Boolean).join(' · ')}</span>{' '}
        </span>
      ))}
    </>
  );
}

function Signatures({ opinion }: { opinion: Opinion }) {
  const { signatures, signers_missing: missing } = opinion;
  if (opinion.state === 'draft')
    return <span class="faint">{t('签名时可附保留意见或反对理由，会原文写入意见书')}</span>;
  return (
    <span class="draft-signatures" id="signatures">
      {signatures.map((one) => (
        <span key={one.person.id} class="signature" data-signer={one.person.id} data-stance={one.stance}>
          <Avatar person={one.person} />
          {one.person.name} <b class={one.stance === 'agree' ? 'ok' : 'warn'}>{stanceWord(one.stance)}</b>
          {one.text ? <span class="quiet">「{one.text}」</span> : null}
        </span>
      ))}
      {missing.length > 0 ? (
        <span class="faint">{t('未签：{names}', { names: missing.map((one) => one.name).join(t('、')) })}</span>
      ) : null}
    </span>
  );
}

function Answers({ opinion }: { opinion: Opinion }) {
  return (
    <>
      {opinion.questions.map((question, at) => {
        const answer = opinion.answers.find((one) => one.question_id === question.id);
        return (
          <div class="draft-row" key={question.id}>
            <dt>{t('问题{n}', { n: '一二三四五六七八九十'[at] ?? at + 1 })}</dt>
            <dd>
              <b>{question.text}</b> {answer?.text}
              {answer?.cannot_answer_because ? (
                <span class="warn">{t('目前不能回答：{why}', { why: answer.cannot_answer_because })}</span>
              ) : null}
              {!answer?.text && !answer?.cannot_answer_because ? <span class="faint">{t('未答')}</span> : null}
            </dd>
          </div>
        );
      })}
    </>
  );
}

function Reading({ room, desk, thumbs, requester }: DecisionProps) {
  const { opinion } = desk;
  if (!opinion) return <p class="faint draft-none">{t('还没有会诊意见。讨论有了结论，就在这里起草。')}</p>;
  const signatures = (
    <div class="draft-row">
      <dt>{opinion.state === 'draft' ? t('不同意见') : t('各方签署')}</dt>
      <dd>
        <Signatures opinion={opinion} />
      </dd>
    </div>
  );
  return (
    <dl>
      {opinion.state === 'draft' ? null : signatures}
      <Answers opinion={opinion} />
      <div class="draft-row">
        <dt>{t('诊断')}</dt>
        <dd>{opinion.diagnosis || <span class="faint">{t('暂无')}</span>}</dd>
      </div>
      <div class="draft-row">
        <dt>{t('建议')}</dt>
        <dd>
          <Recommendations
            list={opinion.recommendations}
            name={(owner) => ownerName(room, opinion, owner, requester)}
          />
        </dd>
      </div>
      {opinion.narrative ? (
        <div class="draft-row">
          <dt>{t('意见')}</dt>
          <dd class="pre">{opinion.narrative}</dd>
        </div>
      ) : null}
      {opinion.key_images.length > 0 ? (
        <div class="draft-row">
          <dt>{t('关键图')}</dt>
          <dd class="key-thumbs">
            {opinion.key_images.map((image, at) => (
              <KeyThumb key={`${image.instance_uid}${at}`} image={image} by={room.me} room={room} thumbs={thumbs} />
            ))}
          </dd>
        </div>
      ) : null}
      {opinion.state === 'draft' ? signatures : null}
    </dl>
  );
}

async function startWriting(desk: Desk): Promise<void> {
  const count = desk.opinion?.state === 'proposed' ? desk.opinion.signatures.length : 0;
  const sentence = t('修改后要重新提请签署，已有的 {n} 个签署不再有效。', { n: count });
  if (count > 0 && !(await ask({ sentence, title: t('修改已提请签署的意见'), label: t('修改') }))) return;
  await desk.write().catch((error: Error) => {
    desk.problems = { '': error.message };
  });
}

/** A reason is compulsory for an amendment: it is printed. */
function Amend({ desk, onDone }: { desk: Desk; onDone: () => void }) {
  const [reason, setReason] = useState('');
  return (
    <form
      class="row grow"
      onSubmit={(event) => {
        event.preventDefault();
        void desk.run('amend', { reason: reason.trim() }).then((ok) => ok && onDone());
      }}
    >
      <input
        class="input grow"
        required
        maxLength={500}
        aria-label={t('更正原因')}
        placeholder={t('更正原因')}
        value={reason}
        onInput={(event) => setReason(event.currentTarget.value)}
      />
      <button class="btn btn-primary" type="submit">
        {t('开始更正')}
      </button>
    </form>
  );
}

function Actions({ desk, room, mayDraft, onSign }: { desk: Desk; room: Room; mayDraft: boolean; onSign: () => void }) {
  const [amending, setAmending] = useState(false);
  const { opinion } = desk;
  const mine = opinion?.signatures.some((one) => one.person.id === room.me.id) ?? false;
  const canWrite = opinion ? desk.may('edit') : mayDraft;
  if (amending) return <Amend desk={desk} onDone={() => setAmending(false)} />;
  return (
    <span class="row push">
      {canWrite ? (
        <button type="button" class="btn" id="draft-edit" onClick={() => void startWriting(desk)}>
          <Icon name="pencil" />
          {opinion ? t('修改') : t('起草意见')}
        </button>
      ) : null}
      {desk.may('propose') ? (
        <button type="button" class="btn btn-primary" id="draft-propose" onClick={() => void desk.propose()}>
          {t('提请签名')}
        </button>
      ) : null}
      {desk.may('unsign') && mine ? (
        <button type="button" class="btn btn-quiet" id="draft-unsign" onClick={() => void desk.run('unsign')}>
          <Icon name="undo" />
          {t('撤回签署')}
        </button>
      ) : null}
      {desk.may('sign') ? (
        <button type="button" class={mine ? 'btn' : 'btn btn-primary'} id="draft-sign" onClick={onSign}>
          {mine ? t('改签') : t('签署')}
        </button>
      ) : null}
      {desk.may('issue') ? (
        <button
          type="button"
          class={opinion?.signers_missing.length ? 'btn' : 'btn btn-primary'}
          id="draft-issue"
          onClick={() => void issue(desk)}
        >
          {t('签发')}
        </button>
      ) : null}
      {desk.may('amend') ? (
        <button type="button" class="btn btn-quiet" id="draft-amend" onClick={() => setAmending(true)}>
          {t('更正')}
        </button>
      ) : null}
      {opinion?.document_id ? (
        <a class="btn" id="draft-document" href={`/documents/${opinion.document_id}`}>
          {t('会诊意见书')}
        </a>
      ) : null}
    </span>
  );
}

async function issue(desk: Desk): Promise<void> {
  const sentence = t('签发后内容不能再改，只能另出更正版。');
  if (await ask({ sentence, title: t('签发会诊意见书'), label: t('签发') })) await desk.run('issue');
}

/** How many of those asked have signed, and until when the others may. */
function Count({ opinion }: { opinion: Opinion }) {
  const signed = opinion.signatures.filter((one) => one.counts !== false).length;
  const all = signed + opinion.signers_missing.length;
  const until = opinion.deadline ? t('截止 {at}', { at: shortOf(opinion.deadline) }) : '';
  return (
    <span class={`tag ${signed === all ? 'tag-ok' : 'tag-warn'}`} id="signed-count" title={until}>
      {t('{n} / {m} 已签', { n: signed, m: all })}
    </span>
  );
}

function Head({ desk }: { desk: Desk }) {
  const { opinion } = desk;
  return (
    <>
      <Icon name="draft" />
      <h2>{opinion?.state === 'issued' ? t('会诊意见') : t('会诊意见草稿')}</h2>
      {opinion ? (
        <span class="tag" id="draft-state" data-state={opinion.state} data-version={opinion.version}>
          {opinion.edition > 1 ? t('第 {n} 版', { n: opinion.edition }) : ''} {opinionWord(opinion.state)}
        </span>
      ) : null}
      {opinion?.state === 'proposed' ? <Count opinion={opinion} /> : null}
    </>
  );
}

export function Decision(props: DecisionProps) {
  const { room, desk, mayDraft } = props;
  const [signing, setSigning] = useState(false);
  const problem = desk.problems[''] ?? (desk.writing ? '' : Object.values(desk.problems)[0]);
  if (desk.writing) return <OpinionEditor {...props} />;
  return (
    <section aria-label={t('会诊意见')} id="opinion">
      <div class="room-caption">
        <Head desk={desk} />
        <Actions desk={desk} room={room} mayDraft={mayDraft} onSign={() => setSigning(true)} />
      </div>
      {problem ? (
        <p class="error draft-problem" role="alert">
          {problem}
        </p>
      ) : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section class="draft" tabIndex={0} aria-label={t('意见内容')}>
        <Reading {...props} />
      </section>
      {signing ? <SignDialog desk={desk} onClose={() => setSigning(false)} /> : null}
    </section>
  );
}
