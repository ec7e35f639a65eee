/** Our viewer alone, without toolbar, room and rights. */
import { Viewer } from '../../frontend/imaging/viewer.ts';
import '../../frontend/imaging/viewer.css';
import { box, prepared } from './series.ts';

window.pictures = [];
window.arrived = 0;
const put = CanvasRenderingContext2D.prototype.putImageData;
CanvasRenderingContext2D.prototype.putImageData = function (this: CanvasRenderingContext2D, ...args: unknown[]) {
  window.pictures.push(performance.now());
  return (put as (...all: unknown[]) => void).apply(this, args);
} as typeof put;

const viewer = new Viewer(box(), {
  me: { id: 'bench', name: 'bench' },
  onProgress: (arrived) => {
    window.arrived = arrived;
  },
});
window.step = (down) => viewer.stage.go(viewer.stage.index + down, 'user');
viewer.open(await prepared());
