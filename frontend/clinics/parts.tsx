/** Large things to press. */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { t } from '../kernel/i18n.ts';

interface ChipsProps<V extends string> {
  label: string;
  options: readonly (readonly [V, string])[];
  chosen: readonly V[];
  /** The one pressed; the caller decides whether it comes or goes. */
  onPress: (value: V) => void;
  small?: boolean;
  /** The label is for screen readers only. */
  hidden?: boolean;
  /** One row that is pushed sideways. */
  line?: boolean;
  children?: ComponentChildren;
}

/** A row of chips; each says whether it is pressed. */
export function Chips<V extends string>({
  label,
  options,
  chosen,
  onPress,
  small,
  hidden,
  line,
  children,
}: ChipsProps<V>) {
  return (
    <fieldset class="field">
      <legend class={hidden ? 'sr' : ''}>{label}</legend>
      <div class="chips-row">
        <div class={`chips${small ? ' chips-s' : ''}${line ? ' chips-line' : ''}`}>
          {options.map(([value, text]) => (
            <button type="button" key={value} aria-pressed={chosen.includes(value)} onClick={() => onPress(value)}>
              {text}
            </button>
          ))}
        </div>
        {children}
      </div>
    </fieldset>
  );
}

interface TextProps {
  label: string;
  hidden?: boolean;
  value: string;
  rows?: number;
  placeholder?: string;
  /** A telephone's number pad instead of letters. */
  digits?: boolean;
  onInput: (text: string) => void;
}

export function Text({ label, hidden = false, value, rows = 0, placeholder = '', digits = false, onInput }: TextProps) {
  const id = useId();
  const common = { id, class: 'input', value, placeholder };
  return (
    <div class="field">
      <label for={id} class={hidden ? 'sr' : ''}>
        {label}
      </label>
      {rows ? (
        <textarea {...common} rows={rows} onInput={(event) => onInput(event.currentTarget.value)} />
      ) : (
        <input
          {...common}
          inputMode={digits ? 'tel' : 'text'}
          autocomplete="off"
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
    </div>
  );
}

interface AgeProps {
  value: number | null;
  onChange: (age: number | null) => void;
}

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'] as const;

const textOf = (age: number | null) => (age === null ? '' : String(age));
const ageOf = (text: string) => (text === '' ? null : Math.min(150, Number(text)));

/** A number pad of one row: two presses for most ages, a third begins anew. */
export function AgePad({ value, onChange }: AgeProps) {
  const text = textOf(value);
  return (
    <fieldset class="age-pad" aria-label={t('年龄数字')}>
      {DIGITS.map((digit) => (
        <button
          type="button"
          class="btn"
          key={digit}
          onClick={() => onChange(ageOf(text.length >= 2 ? digit : text + digit))}
        >
          {digit}
        </button>
      ))}
    </fieldset>
  );
}

/** The age as a field; the steps mend a year. */
export function AgeField({ value, onChange }: AgeProps) {
  const id = useId();
  const step = (by: number) => onChange(Math.max(0, Math.min(150, (value ?? 0) + by)));
  return (
    <div class="field age">
      <label for={id}>{t('年龄')}</label>
      <div class="age-row">
        <button type="button" class="btn" aria-label={t('小一岁')} onClick={() => step(-1)}>
          −
        </button>
        <input
          id={id}
          class="input num"
          inputMode="numeric"
          autocomplete="off"
          value={textOf(value)}
          onInput={(event) => onChange(ageOf(event.currentTarget.value.replace(/\D/g, '').slice(0, 3)))}
        />
        <button type="button" class="btn" aria-label={t('大一岁')} onClick={() => step(1)}>
          +
        </button>
      </div>
    </div>
  );
}
