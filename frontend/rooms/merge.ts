/** Two people wrote the same draft: what only one of them changed goes together, the rest a person decides. */
import type { OpinionText } from './opinion.ts';

export interface Clash {
  /** `diagnosis`, `narrative`, `recommendations`, `key_images` or `answers.<question id>`. */
  field: string;
  mine: string;
  theirs: string;
}

export interface Merged {
  text: OpinionText;
  clashes: Clash[];
}

type Parts = ReadonlyMap<string, unknown>;

function partsOf(text: OpinionText): Parts {
  const parts = new Map<string, unknown>([
    ['diagnosis', text.diagnosis],
    ['narrative', text.narrative],
    ['recommendations', text.recommendations],
    ['key_images', text.key_images],
  ]);
  for (const answer of text.answers) parts.set(`answers.${answer.question_id}`, answer);
  return parts;
}

function wholeOf(parts: Parts): OpinionText {
  const answers = [...parts].filter(([field]) => field.startsWith('answers.')).map(([, answer]) => answer);
  return {
    diagnosis: parts.get('diagnosis') as string,
    narrative: parts.get('narrative') as string,
    recommendations: parts.get('recommendations') as OpinionText['recommendations'],
    key_images: parts.get('key_images') as OpinionText['key_images'],
    answers: answers as OpinionText['answers'],
  };
}

/** A part as JSON that says the same for the same content: members in order, empty ones left out. */
export function print(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) => {
    if (one === null || one === '') return undefined;
    if (typeof one !== 'object' || Array.isArray(one)) return one;
    return Object.fromEntries(Object.entries(one as object).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** A part as a person reads it. */
export function spoken(value: unknown): string {
  if (Array.isArray(value)) return value.map(spoken).join('\n');
  if (value === null || typeof value !== 'object') return String(value ?? '');
  const { text, cannot_answer_because: why, due, caption } = value as Record<string, unknown>;
  return [text || why || caption, due].filter(Boolean).join(' · ');
}

/** `base` is what both started from. Where both changed a part, mine stands in the text and the clash is named. */
export function merge(base: OpinionText, mine: OpinionText, theirs: OpinionText): Merged {
  const [before, own, other] = [partsOf(base), partsOf(mine), partsOf(theirs)];
  const result = new Map<string, unknown>();
  const clashes: Clash[] = [];
  for (const field of new Set([...other.keys(), ...own.keys()])) {
    const [was, my, their] = [before.get(field), own.get(field), other.get(field)];
    const iChanged = print(was) !== print(my);
    const theyChanged = print(was) !== print(their);
    result.set(field, iChanged ? my : their);
    if (iChanged && theyChanged && print(my) !== print(their))
      clashes.push({ field, mine: spoken(my), theirs: spoken(their) });
  }
  return { text: wholeOf(result), clashes };
}

/** Takes the other's part after all. */
export function yielded(text: OpinionText, theirs: OpinionText, field: string): OpinionText {
  const parts = new Map(partsOf(text));
  parts.set(field, partsOf(theirs).get(field));
  return wholeOf(parts);
}
