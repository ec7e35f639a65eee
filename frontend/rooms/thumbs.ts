/** Small pictures of key images and where they lie, drawn here from the frame itself: nothing but the numbers travels in the log. */
import { decoded } from '../imaging/loader.ts';
import { Surface } from '../imaging/surface.ts';
import type { Frame, KeyImage, Window } from '../imaging/types.ts';
import { autoWindow } from '../imaging/window.ts';
import { fetchOk } from '../kernel/http.ts';
import { t } from '../kernel/i18n.ts';
import type { Library } from './studies.ts';

const BYTES = 12_000;

export function keyOf(image: KeyImage): string {
  return [image.series_uid, image.instance_uid, image.frame ?? '', ...(image.window ?? [])].join('|');
}

export class Thumbs {
  private readonly library: Library;
  private readonly known = new Map<string, Promise<string | null>>();
  private last: Promise<unknown> = Promise.resolve();

  constructor(library: Library) {
    this.library = library;
  }

  /** A picture that was made already, by the viewer itself. */
  keep(image: KeyImage, url: string | null): void {
    if (url) this.known.set(keyOf(image), Promise.resolve(url));
  }

  /** A data URL; null when the picture is not to be had. One is drawn after the other. */
  of(image: KeyImage): Promise<string | null> {
    const key = keyOf(image);
    const known = this.known.get(key);
    if (known) return known;
    const made = this.last.then(() => this.draw(image)).catch(() => null);
    this.last = made;
    this.known.set(key, made);
    void made.then((url) => url ?? this.known.delete(key)); // the line may be back when it is asked for again
    return made;
  }

  /** Where it is, in words: `CT 平扫`. */
  placeOf(image: KeyImage): string {
    const place = this.library.find(image.series_uid);
    if (!place) return '';
    const { study, series } = place;
    const words = series.description || study.description || series.modality;
    return [study.prior ? t('既往') : '', study.date ?? '', words].filter(Boolean).join(' ');
  }

  /** Which slice of its series it is, from 1; null when the series is not to be had. */
  async sliceOf(image: KeyImage): Promise<number | null> {
    const at = indexIn(await this.frames(image), image);
    return at < 0 ? null : at + 1;
  }

  private async frames(image: KeyImage): Promise<readonly Frame[]> {
    return (await this.library.resolve(image))?.series.frames ?? [];
  }

  private async draw(image: KeyImage): Promise<string | null> {
    const frames = await this.frames(image);
    const frame = frames[indexIn(frames, image)];
    return frame?.url ? drawn(frame, frame.url, image.window) : null;
  }
}

function indexIn(frames: readonly Frame[], image: KeyImage): number {
  return frames.findIndex(
    (one) => one.instance_uid === image.instance_uid && (!image.frame || one.frame === image.frame),
  );
}

async function drawn(frame: Frame, url: string, window: Window | undefined): Promise<string | null> {
  const answer = await fetchOk(url, { headers: { Accept: '*/*' } });
  const pixels = decoded(frame, await answer.arrayBuffer());
  const surface = new Surface();
  const size = { width: 96, height: 96 };
  surface.resize(size);
  const look = { window: window ?? frame.window ?? autoWindow(pixels, frame), invert: false };
  surface.draw(frame, pixels, { ...look, zoom: 1, pan: [0, 0], rotate: 0, flip: false }, size);
  return surface.thumbnail(frame, BYTES);
}
