/** What a tool is: it turns presses in one viewport into changes of that viewport. One small file each. */
import type { Stage } from '../stage.ts';
import type { Annotation, Point } from '../types.ts';

export type ToolName = 'scroll' | 'window' | 'pan' | 'zoom' | 'length' | 'angle' | 'ellipse' | 'arrow' | 'pointer';

/** A place of the mouse, pen or finger. */
export interface Spot {
  /** CSS pixels in the viewport. */
  at: Point;
  image: Point;
}

/** What a tool may do beyond its viewport. */
export interface Bench {
  readonly stage: Stage;
  /** A mark that is being drawn; null takes it away. */
  draft(annotation: Annotation | null): void;
  /** Keeps a mark and tells the host. */
  commit(annotation: Annotation): void;
  /** Asks for a short text at a place; null if it was cancelled. */
  ask(at: Point): Promise<string | null>;
  /** Shows the others where one points; null when it left. */
  point(image: Point | null): void;
}

export interface Drag {
  move(to: Spot): void;
  /** False when the tool goes on after the button is up (a further point is missing). */
  release(to: Spot): boolean;
  cancel(): void;
}

export interface Tool {
  readonly name: ToolName;
  readonly cursor: string;
  begin(bench: Bench, from: Spot): Drag;
  hover?(bench: Bench, to: Spot): void;
}

/** A drag that only follows the movement. */
export function following(move: (to: Spot) => void): Drag {
  return { move, release: () => true, cancel: () => undefined };
}
