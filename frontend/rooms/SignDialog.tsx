/** Taking a stance: agree or not, with words where they are due, a password where sign-in lies back. */
import { useEffect, useState } from 'preact/hooks';
import { t } from '../kernel/i18n.ts';
import type { Desk, Signing } from './desk.ts';
import { useDialog } from './NextDialog.tsx';
import type { TextChange } from './opinion.ts';
import { stanceWord } from './words.ts';

const STANCES = ['agree', 'agree_with_reservation', 'dissent', 'abstain'];

function Changes({ changes }: { changes: TextChange[] }) {
  return (
    <div class="text-changes" id="text-changes" role="alert">
      <p class="strong warn">{t('文本在您阅读之后有改动，请看过再签：')}</p>
      {changes.map((change) => (
        <dl key={change.field}>
          <dt>{change.label}</dt>
          <dd>
            <del class="pre">{change.before || t('（空）')}</del>
            <ins class="pre">{change.after || t('（空）')}</ins>
          </dd>
        </dl>
      ))}
    </div>
  );
}

function wordsLabel(stance: string): string {
  if (stance === 'abstain') return t('弃权的原因');
  return stance === 'dissent' ? t('不同意见（原文写入意见书）') : t('保留意见（原文写入意见书）');
}

export function SignDialog({ desk, onClose }: { desk: Desk; onClose: () => void }) {
  const dialog = useDialog(onClose);
  const [stance, setStance] = useState('agree');
  const [text, setText] = useState('');
  const [password, setPassword] = useState('');
  const [outcome, setOutcome] = useState<Signing | null>(null);
  const [needsPassword, setNeedsPassword] = useState(false);
  const [busy, setBusy] = useState(false);
  // What stands on the screen when the dialog opens is what is signed.
  useEffect(() => {
    desk.read = desk.opinion?.fingerprint ?? null;
  }, []);

  const sign = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    const found = await desk.sign(stance, stance === 'agree' ? '' : text.trim(), password);
    setBusy(false);
    setOutcome(found);
    if (found.kind === 'confirm') setNeedsPassword(true);
    if (found.kind === 'done') dialog.current?.close();
  };
  return (
    <dialog class="dialog room-dialog" ref={dialog} aria-labelledby="sign-title">
      <form onSubmit={(event) => void sign(event)}>
        <div class="dialog-body stack-m">
          <h2 id="sign-title">{t('签署会诊意见')}</h2>
          {outcome?.kind === 'changed' ? <Changes changes={outcome.changes} /> : null}
          <fieldset class="choice-row">
            <legend class="sr">{t('态度')}</legend>
            {STANCES.map((one) => (
              <label key={one} class="check">
                <input
                  type="radio"
                  name="stance"
                  value={one}
                  checked={stance === one}
                  onChange={() => setStance(one)}
                />
                <span>{stanceWord(one)}</span>
              </label>
            ))}
          </fieldset>
          {stance === 'agree' ? null : (
            <label class="field">
              <span class="label">{wordsLabel(stance)}</span>
              <textarea
                class="input"
                name="text"
                rows={3}
                required
                maxLength={4000}
                value={text}
                onInput={(event) => setText(event.currentTarget.value)}
              />
            </label>
          )}
          {needsPassword ? (
            <label class="field">
              <span class="label">{t('登录已超过 15 分钟，请输入密码确认是您本人')}</span>
              <input
                class="input"
                type="password"
                name="password"
                autocomplete="current-password"
                required
                value={password}
                onInput={(event) => setPassword(event.currentTarget.value)}
              />
            </label>
          ) : null}
          {outcome?.kind === 'problem' ? (
            <p class="error" role="alert">
              {outcome.detail}
            </p>
          ) : null}
        </div>
        <div class="dialog-actions">
          <button type="button" class="btn" onClick={() => dialog.current?.close()}>
            {t('取消')}
          </button>
          <button type="submit" class="btn btn-primary" id="sign-confirm" disabled={busy}>
            {t('签署：{stance}', { stance: stanceWord(stance) })}
          </button>
        </div>
      </form>
    </dialog>
  );
}
