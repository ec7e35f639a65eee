/** The canvas of one viewport: stored values → table → offscreen picture → scaled onto the screen. */

import type { Placing, Size } from './transform.ts';
import { toScreen } from './transform.ts';
import type { Frame, Pixels, Window } from './types.ts';
import { paintMono, paintRgb, WindowTables } from './window.ts';

export interface Look extends Placing {
  window: Window;
  invert: boolean;
}

export class Surface {
  readonly canvas = document.createElement('canvas');
  private readonly picture = document.createElement('canvas');
  private readonly tables = new WindowTables();
  private image: ImageData | null = null;
  private painted = '';
  private ratio = 1;

  constructor() {
    this.canvas.className = 'vw-canvas';
  }

  resize(size: Size): void {
    this.ratio = Math.min(2, window.devicePixelRatio || 1);
    const [width, height] = [Math.round(size.width * this.ratio), Math.round(size.height * this.ratio)];
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
  }

  clear(): void {
    this.canvas.getContext('2d')?.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  draw(frame: Frame, pixels: Pixels, look: Look, size: Size): void {
    this.paint(frame, pixels, look);
    const context = this.canvas.getContext('2d');
    if (!context) return;
    const map = toScreen(frame, size, look);
    const r = this.ratio;
    context.setTransform(1, 0, 0, 1, 0, 0);
    this.clear();
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = 'low';
    context.setTransform(map.a * r, map.b * r, map.c * r, map.d * r, map.e * r, map.f * r);
    context.drawImage(this.picture, 0, 0);
  }

  /** A small JPEG of the picture as windowed now (no zoom, no marks), at most `limit` bytes as a data URL. */
  thumbnail(frame: Frame, limit: number): string | null {
    const context = document.createElement('canvas').getContext('2d');
    if (!context || !this.image) return null;
    for (const [edge, quality] of [
      [160, 0.75],
      [160, 0.5],
      [112, 0.6],
      [80, 0.5],
      [48, 0.4],
    ] as const) {
      const scale = Math.min(1, edge / Math.max(frame.columns, frame.rows));
      context.canvas.width = Math.max(1, Math.round(frame.columns * scale));
      context.canvas.height = Math.max(1, Math.round(frame.rows * scale));
      context.imageSmoothingQuality = 'high';
      context.drawImage(this.picture, 0, 0, context.canvas.width, context.canvas.height);
      const url = context.canvas.toDataURL('image/jpeg', quality);
      if (url.length <= limit) return url;
    }
    return null;
  }

  private paint(frame: Frame, pixels: Pixels, look: Look): void {
    const key = [frame.url, ...look.window, look.invert].join();
    if (key === this.painted) return;
    const image = this.imageFor(frame);
    const words = new Uint32Array(image.data.buffer);
    if (pixels instanceof Int16Array) {
      const invert = frame.invert !== look.invert;
      const { slope, intercept } = frame;
      paintMono(pixels, this.tables.get({ slope, intercept, window: look.window, invert }), words);
    } else {
      paintRgb(pixels, look.window, look.invert, words);
    }
    this.picture.getContext('2d')?.putImageData(image, 0, 0);
    this.painted = key;
  }

  private imageFor(frame: Frame): ImageData {
    if (this.image?.width === frame.columns && this.image.height === frame.rows) return this.image;
    this.picture.width = frame.columns;
    this.picture.height = frame.rows;
    this.image = new ImageData(frame.columns, frame.rows);
    return this.image;
  }
}
