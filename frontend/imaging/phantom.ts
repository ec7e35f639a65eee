/** Frames for the tests of this folder. */
import type { Frame, PreparedSeries } from './types.ts';

export function phantomFrame(over: Partial<Frame> = {}): Frame {
  return {
    instance_uid: '1.2.3',
    frame: 1,
    url: '/f',
    rows: 4,
    columns: 6,
    kind: 'mono16',
    slope: 1,
    intercept: 0,
    unit: 'HU',
    window: null,
    invert: false,
    spacing_mm: null,
    position_mm: null,
    orientation: null,
    thickness_mm: null,
    lossy: false,
    bytes: 48,
    duration_ms: null,
    ...over,
  };
}

export const AXIAL = [1, 0, 0, 0, 1, 0] as const;
export const CORONAL = [1, 0, 0, 0, 0, -1] as const;

/** Axial slices `gap` millimetres apart, the first at `from`. */
export function phantomStack(count: number, from = 0, gap = 5): Frame[] {
  return Array.from({ length: count }, (_, at) =>
    phantomFrame({
      instance_uid: `1.2.${at + 1}`,
      url: `/f/${at}`,
      orientation: AXIAL,
      position_mm: [0, 0, from + gap * at],
    }),
  );
}

export function phantomSeries(frames: readonly Frame[], over: Partial<PreparedSeries> = {}): PreparedSeries {
  return {
    series_uid: '1.2',
    study_uid: '1',
    modality: 'CT',
    description: '',
    date: '2026-11-20',
    number: 1,
    window_presets: [],
    frames,
    notes: [],
    poster_url: null,
    frame_of_reference_uid: null,
    fps: null,
    ...over,
  };
}
