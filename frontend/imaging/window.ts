/** From stored values to grey: the window table and the presets. */
import { t } from '../kernel/i18n.ts';
import type { Frame, Pixels, PreparedSeries, Window, WindowPreset } from './types.ts';

const OPAQUE = 0xff000000;

/** The value in the frame's unit as a grey of 0–255 (PS3.3 C.11.2.1.2.1, linear). */
export function grey(value: number, window: Window): number {
  const [centre, width] = window;
  if (width <= 1) return value <= centre - 0.5 ? 0 : 255;
  const share = (value - (centre - 0.5)) / (width - 1) + 0.5;
  return Math.round(Math.min(1, Math.max(0, share)) * 255);
}

export interface Ramp {
  slope: number;
  intercept: number;
  window: Window;
  invert: boolean;
}

/** 65,536 packed RGBA words (little endian), at index `stored value + 32,768`. */
export function windowTable(ramp: Ramp): Uint32Array {
  const table = new Uint32Array(65536);
  for (let index = 0; index < 65536; index += 1) {
    const level = grey((index - 32768) * ramp.slope + ramp.intercept, ramp.window);
    const shown = ramp.invert ? 255 - level : level;
    table[index] = (OPAQUE | (shown << 16) | (shown << 8) | shown) >>> 0;
  }
  return table;
}

/** Keeps the last few tables: scrolling asks for the same one 60 times a second. */
export class WindowTables {
  private readonly kept = new Map<string, Uint32Array>();

  get(ramp: Ramp): Uint32Array {
    const key = [ramp.slope, ramp.intercept, ...ramp.window, ramp.invert].join();
    const known = this.kept.get(key);
    if (known) return known;
    if (this.kept.size >= 8) this.kept.delete(this.kept.keys().next().value as string);
    const made = windowTable(ramp);
    this.kept.set(key, made);
    return made;
  }
}

/** Writes a grey frame through its table: `out` has one word a pixel. */
export function paintMono(pixels: Int16Array, table: Uint32Array, out: Uint32Array): void {
  const count = Math.min(pixels.length, out.length);
  for (let index = 0; index < count; index += 1) out[index] = table[(pixels[index] as number) + 32768] as number;
}

/** Writes a colour frame; the window works on each channel, [128, 256] leaves it as it is. */
export function paintRgb(pixels: Uint8Array, window: Window, invert: boolean, out: Uint32Array): void {
  const ramp = new Uint8Array(256);
  for (let level = 0; level < 256; level += 1) ramp[level] = invert ? 255 - grey(level, window) : grey(level, window);
  const count = Math.min(Math.floor(pixels.length / 3), out.length);
  for (let index = 0; index < count; index += 1) {
    const red = ramp[pixels[index * 3] as number] as number;
    const green = ramp[pixels[index * 3 + 1] as number] as number;
    const blue = ramp[pixels[index * 3 + 2] as number] as number;
    out[index] = (OPAQUE | (blue << 16) | (green << 8) | red) >>> 0;
  }
}

export const PLAIN_COLOUR: Window = [128, 256];

/** A window from the picture itself: from the 1st to the 99th percentile of about 4,000 samples. */
export function autoWindow(pixels: Pixels, frame: Pick<Frame, 'kind' | 'slope' | 'intercept'>): Window {
  if (frame.kind === 'rgb8' || pixels.length === 0) return PLAIN_COLOUR;
  const step = Math.max(1, Math.floor(pixels.length / 4096));
  const samples: number[] = [];
  for (let index = 0; index < pixels.length; index += step) samples.push(pixels[index] as number);
  samples.sort((a, b) => a - b);
  const at = (share: number) =>
    (samples[Math.round(share * (samples.length - 1))] as number) * frame.slope + frame.intercept;
  const [low, high] = [Math.min(at(0.01), at(0.99)), Math.max(at(0.01), at(0.99))];
  return [(low + high) / 2, Math.max(1, high - low)];
}

/** The usual windows of CT, in HU. */
function usualOfCt(): WindowPreset[] {
  return [
    { label: t('肺'), window: [-600, 1500] },
    { label: t('纵隔'), window: [40, 400] },
    { label: t('骨'), window: [400, 1800] },
    { label: t('脑'), window: [40, 80] },
    { label: t('腹'), window: [50, 350] },
  ];
}

/** At most six, for the keys 1–6: the file's own first, then the usual ones where the unit is HU. */
export function presets(series: PreparedSeries): WindowPreset[] {
  const own = series.window_presets.map((preset) => ({ ...preset }));
  const usual = series.frames.some((frame) => frame.unit === 'HU') ? usualOfCt() : [];
  const found: WindowPreset[] = own.slice(0, 1);
  const rest = [...usual, ...own.slice(1)];
  for (const preset of rest) {
    const known = found.some((one) => one.window[0] === preset.window[0] && one.window[1] === preset.window[1]);
    if (!known && found.length < 6) found.push(preset);
  }
  return found;
}
