/**
 * What the viewer takes and gives. Names are those of the wire: prepared series from
 * `GET /api/v1/series/<id>/prepared`, the rest from the rooms' protocol.
 *
 * Points are image pixels `[column, row]`, continuous: `[0, 0]` is the outer corner of the first pixel,
 * `[0.5, 0.5]` its centre (as in DICOM's SCOORD). Vectors and positions are millimetres in patient axes
 * (+x left, +y posterior, +z head).
 */

export type Point = readonly [number, number];
export type Vector = readonly [number, number, number];
/** Centre and width, in the frame's unit. */
export type Window = readonly [number, number];

export interface WindowPreset {
  label: string;
  window: Window;
}

export interface Frame {
  instance_uid: string;
  frame: number;
  /** Raw bytes; null where the frame cannot be shown, `why` says so. */
  url: string | null;
  why?: string | null;
  rows: number;
  columns: number;
  /** `mono16`: signed 16 bit little endian, row by row; `rgb8`: three bytes a pixel. */
  kind: 'mono16' | 'rgb8';
  slope: number;
  intercept: number;
  unit: 'HU' | 'SUV' | '';
  window: Window | null;
  /** True for MONOCHROME1: low values are bright. */
  invert: boolean;
  /** Millimetres between rows, then between columns. */
  spacing_mm: Point | null;
  position_mm: Vector | null;
  /** Direction of a row, then of a column. */
  orientation: readonly number[] | null;
  thickness_mm: number | null;
  lossy: boolean;
  bytes: number;
  duration_ms: number | null;
}

export interface PreparedSeries {
  series_uid: string;
  study_uid: string;
  modality: string;
  description: string;
  date: string;
  number: number | string | null;
  window_presets: readonly WindowPreset[];
  frames: readonly Frame[];
  notes: readonly { code: string; detail: string }[];
  poster_url: string | null;
  frame_of_reference_uid: string | null;
  fps: number | null;
  /** False while files of the series still arrive: `frames` are those that came so far. */
  complete?: boolean;
}

export type Rotation = 0 | 90 | 180 | 270;

/** Everything that decides what one viewport shows. */
export interface ViewState {
  study_uid: string;
  series_uid: string;
  instance_uid: string;
  frame: number;
  window: Window;
  /** 1 = the whole picture fits. */
  zoom: number;
  /** How far the picture's centre is from the viewport's, in image pixels along the picture's own axes. */
  pan: Point;
  /** Degrees clockwise, after the flip. */
  rotate: Rotation;
  /** Mirrored left to right, in the picture's own axes. */
  flip: boolean;
  invert: boolean;
  viewport: number;
}

/** A view as it comes over the wire: all but the UIDs may be left out. */
export type ViewChange = Pick<ViewState, 'study_uid' | 'series_uid' | 'instance_uid'> & Partial<ViewState>;

export type MarkTool = 'length' | 'angle' | 'ellipse' | 'arrow' | 'text';

export interface Measured {
  mm?: number;
  deg?: number;
  mean?: number;
  sd?: number;
  area_mm2?: number;
}

export interface Annotation {
  id: string;
  tool: MarkTool;
  instance_uid: string;
  frame: number;
  /** length: both ends · angle: end, corner, end · ellipse: two opposite corners of its box · arrow: tip, tail. */
  points: readonly Point[];
  text?: string;
  measured: Measured;
}

export interface KeyImage {
  study_uid: string;
  series_uid: string;
  instance_uid: string;
  frame: number;
  window: Window;
  annotations: readonly Annotation[];
  caption?: string;
}

export interface Person {
  id: string;
  name: string;
}

export interface Pointer {
  viewport?: number;
  instance_uid: string;
  frame: number;
  x: number;
  y: number;
}

/** The pixels of one frame as they arrived. */
export type Pixels = Int16Array | Uint8Array;
