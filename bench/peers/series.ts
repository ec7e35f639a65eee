/** The series that both pages show, and what both tell the benchmark. */
import type { PreparedSeries } from '../../frontend/imaging/types.ts';

declare global {
  interface Window {
    /** Moments at which a picture was drawn, milliseconds. */
    pictures: number[];
    /** Slices in memory. */
    arrived: number;
    /** Goes one slice on. */
    step: (down: 1 | -1) => void;
  }
}

export async function prepared(): Promise<PreparedSeries> {
  return (await (await fetch('/series.json')).json()) as PreparedSeries;
}

export function box(): HTMLDivElement {
  const made = document.createElement('div');
  made.style.cssText = 'position:fixed;inset:0;background:#000';
  document.body.append(made);
  return made;
}
