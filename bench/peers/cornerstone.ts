/**
 * Cornerstone3D on the same frames: its stack viewport, with a loader that hands over our raw values, so that nothing is
 * decoded. Rendering on the processor, as its own documentation advises where there is no graphics card.
 */
import { cache, Enums, imageLoader, init, metaData, RenderingEngine, type Types, utilities } from '@cornerstonejs/core';
import type { Frame, PreparedSeries } from '../../frontend/imaging/types.ts';
import { box, prepared } from './series.ts';

window.pictures = [];
window.arrived = 0;

function imageOf(imageId: string, frame: Frame, values: Int16Array) {
  const { rows, columns } = frame;
  const manager = utilities.VoxelManager.createImageVoxelManager({
    scalarData: values,
    width: columns,
    height: rows,
    numberOfComponents: 1,
  });
  const [centre, width] = frame.window ?? [40, 400];
  return {
    imageId,
    minPixelValue: -2048,
    maxPixelValue: 4095,
    slope: frame.slope,
    intercept: frame.intercept,
    windowCenter: centre,
    windowWidth: width,
    voiLUTFunction: Enums.VOILUTFunctionType.LINEAR,
    getPixelData: () => values,
    rows,
    columns,
    height: rows,
    width: columns,
    color: false,
    rgba: false,
    numberOfComponents: 1,
    columnPixelSpacing: frame.spacing_mm?.[1] ?? 1,
    rowPixelSpacing: frame.spacing_mm?.[0] ?? 1,
    invert: frame.invert,
    sizeInBytes: values.byteLength,
    dataType: 'Int16Array',
    voxelManager: manager,
  };
}

function facts(type: string, frame: Frame, series: PreparedSeries): unknown {
  if (type === 'imagePixelModule')
    return {
      bitsAllocated: 16,
      bitsStored: 16,
      highBit: 15,
      pixelRepresentation: 1,
      samplesPerPixel: 1,
      photometricInterpretation: 'MONOCHROME2',
    };
  if (type === 'imagePlaneModule')
    return {
      rows: frame.rows,
      columns: frame.columns,
      imagePositionPatient: frame.position_mm,
      imageOrientationPatient: frame.orientation,
      rowCosines: frame.orientation?.slice(0, 3),
      columnCosines: frame.orientation?.slice(3),
      rowPixelSpacing: frame.spacing_mm?.[0] ?? 1,
      columnPixelSpacing: frame.spacing_mm?.[1] ?? 1,
      pixelSpacing: frame.spacing_mm,
      frameOfReferenceUID: '1.2.3',
    };
  if (type === 'generalSeriesModule') return { modality: series.modality };
  if (type === 'voiLutModule') return { windowCenter: [frame.window?.[0]], windowWidth: [frame.window?.[1]] };
  if (type === 'modalityLutModule') return { rescaleSlope: frame.slope, rescaleIntercept: frame.intercept };
  return undefined;
}

const series = await prepared();
const known = new Map(series.frames.map((frame, at) => [`raw:${at}`, frame]));
const ids = [...known.keys()];
init({ rendering: { useCPURendering: true } });
cache.setMaxCacheSize(400e6);
metaData.addProvider((type: string, id: string) => {
  const frame = known.get(id);
  return frame && facts(type, frame, series);
});
imageLoader.registerImageLoader('raw', (id: string) => {
  const frame = known.get(id) as Frame;
  const promise = fetch(frame.url as string)
    .then((answer) => answer.arrayBuffer())
    .then((bytes) => {
      window.arrived += 1;
      return imageOf(id, frame, new Int16Array(bytes));
    });
  return { promise } as never;
});
const element = box();
element.addEventListener(Enums.Events.IMAGE_RENDERED, () => window.pictures.push(performance.now()));
const engine = new RenderingEngine('bench');
engine.enableElement({ viewportId: 'one', type: Enums.ViewportType.STACK, element });
const viewport = engine.getViewport('one') as Types.IStackViewport;
let at = Math.floor((ids.length - 1) / 2);
await viewport.setStack(ids, at);
viewport.render();
window.step = (down) => {
  at = Math.max(0, Math.min(ids.length - 1, at + down));
  void viewport.setImageIdIndex(at);
};
const waiting = ids.filter((_id, index) => index !== at);
const next = async (): Promise<void> => {
  const id = waiting.shift();
  if (id) await imageLoader.loadAndCacheImage(id).then(next);
};
for (let line = 0; line < 6; line += 1) void next();
