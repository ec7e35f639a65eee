/** A person's colour class; the same rule as `avatar()` in templates/kernel/macros.html. */

const SIGNS = '0123456789abcdefghijklmnopqrstuvwxyz';

export function toneOf(personId: string): string {
  const place = SIGNS.indexOf(personId.toLowerCase().slice(-1));
  return `tone-${(((place % 8) + 8) % 8) + 1}`;
}
