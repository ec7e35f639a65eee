/** Ending the running item: with what outcome, and whether the next one begins at once. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../kernel/i18n.ts';
import type { AgendaItem } from './agenda.ts';
import { outcomeWord } from './words.ts';

const OUTCOMES = ['decided', 'again', 'deferred'];

export interface NextProps {
  next: AgendaItem | null;
  onClose: () => void;
  onFinish: (outcome: string, reason: string, goOn: boolean) => Promise<void>;
}

/** A dialog of the browser's own: focus stays inside, Escape closes it. */
export function useDialog(onClose: () => void) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    element?.addEventListener('close', onClose);
    return () => element?.removeEventListener('close', onClose);
  }, []);
  return dialog;
}

export function NextDialog({ next, onClose, onFinish }: NextProps) {
  const dialog = useDialog(onClose);
  const [outcome, setOutcome] = useState('decided');
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const finish = (goOn: boolean) => async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      await onFinish(outcome, reason.trim(), goOn);
    } catch (error) {
      setProblem((error as Error).message);
      setBusy(false);
    }
  };
  const title = next?.case?.title ?? '';
  return (
    <dialog class="dialog room-dialog" ref={dialog} aria-labelledby="next-title">
      <form onSubmit={finish(next !== null)}>
        <div class="dialog-body stack-m">
          <h2 id="next-title">{t('结束本例')}</h2>
          <fieldset class="choice-row">
            <legend class="sr">{t('结果')}</legend>
            {OUTCOMES.map((one) => (
              <label key={one} class="check">
                <input
                  type="radio"
                  name="outcome"
                  value={one}
                  checked={outcome === one}
                  onChange={() => setOutcome(one)}
                />
                <span>{outcomeWord(one)}</span>
              </label>
            ))}
          </fieldset>
          {outcome === 'decided' ? null : (
            <label class="field">
              <span class="label">{t('原因')}</span>
              <input
                class="input"
                name="reason"
                value={reason}
                required={outcome === 'again'}
                maxLength={400}
                onInput={(event) => setReason(event.currentTarget.value)}
              />
            </label>
          )}
          {next ? <p class="s quiet">{t('下一例：{title}', { title })}</p> : null}
          {problem ? (
            <p class="error" role="alert">
              {problem}
            </p>
          ) : null}
        </div>
        <div class="dialog-actions">
          <button type="button" class="btn" onClick={() => dialog.current?.close()}>
            {t('继续讨论')}
          </button>
          {next ? (
            <button type="button" class="btn" disabled={busy} id="finish-only" onClick={finish(false)}>
              {t('只结束本例')}
            </button>
          ) : null}
          <button type="submit" class="btn btn-primary" disabled={busy} id="finish-next">
            {next ? t('结束并开始下一例') : t('结束本例')}
          </button>
        </div>
      </form>
    </dialog>
  );
}
