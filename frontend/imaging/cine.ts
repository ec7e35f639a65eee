/** Plays the slices of one viewport as a film; a frame that has not arrived is waited for, never skipped. */
import type { Stage } from './stage.ts';

/** Frames a second where neither series nor frame says. */
const USUAL_FPS = 15;

export function seriesFps(stage: Stage): number {
  const duration = stage.frame?.duration_ms;
  const fps = stage.series?.fps ?? (duration ? 1000 / duration : USUAL_FPS);
  return Math.min(60, Math.max(1, Math.round(fps)));
}

export class Cine {
  fps = USUAL_FPS;
  private beat = 0;
  private due = 0;
  private stage: Stage | null = null;

  get playing(): boolean {
    return this.stage !== null;
  }

  play(stage: Stage, fps: number): void {
    this.stop();
    this.fps = fps;
    this.stage = stage;
    this.due = performance.now() + 1000 / fps;
    this.beat = requestAnimationFrame((now) => this.tick(now));
  }

  stop(): void {
    cancelAnimationFrame(this.beat);
    this.stage = null;
  }

  private tick(now: number): void {
    const stage = this.stage;
    if (!stage) return;
    this.beat = requestAnimationFrame((next) => this.tick(next));
    if (now < this.due) return;
    const next = (stage.index + 1) % Math.max(1, stage.total);
    if (stage.loader?.status(next) === 'waiting') {
      stage.loader.want(next, 1);
      return;
    }
    // After a pause (hidden tab) the film goes on from now, it does not hurry to catch up.
    this.due = Math.max(this.due + 1000 / this.fps, now);
    stage.go(next, 'cine');
  }
}
