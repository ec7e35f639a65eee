/** A key image in the talk or in the draft: a small picture, its place, one press to go there. */
import { useEffect, useState } from 'preact/hooks';
import type { KeyImage } from '../imaging/types.ts';
import { t } from '../kernel/i18n.ts';
import type { By } from './protocol.ts';
import type { Room } from './room.ts';
import { keyOf, type Thumbs } from './thumbs.ts';

/** The small picture, and where it lies in words: `层 14 · CT 平扫`. */
export function useThumb(image: KeyImage, thumbs: Thumbs): { url: string | null; place: string } {
  const [url, setUrl] = useState<string | null>(null);
  const [slice, setSlice] = useState<number | null>(null);
  const key = keyOf(image);
  useEffect(() => {
    let live = true;
    void thumbs.of(image).then((found) => live && setUrl(found));
    void thumbs.sliceOf(image).then((found) => live && setSlice(found));
    return () => {
      live = false;
    };
  }, [key]);
  const place = [slice ? t('层 {n}', { n: slice }) : '', thumbs.placeOf(image)].filter(Boolean).join(' · ');
  return { url, place };
}

function Words({ image, place }: { image: KeyImage; place: string }) {
  const marks = image.annotations?.length ?? 0;
  return (
    <span class="key-words">
      <span class="strong">{image.caption || t('关键图')}</span>
      <span class="xs quiet">{[place, marks ? t('{n} 处标注', { n: marks }) : ''].filter(Boolean).join(' · ')}</span>
      <span class="xs go">{t('点开跳到此层')} ›</span>
    </span>
  );
}

export interface KeyCardProps {
  image: KeyImage;
  by: By;
  room: Room;
  thumbs: Thumbs;
}

export function KeyCard({ image, by, room, thumbs }: KeyCardProps) {
  const { url, place } = useThumb(image, thumbs);
  return (
    <button
      type="button"
      class="key-image"
      data-instance={image.instance_uid}
      data-frame={image.frame}
      onClick={() => void room.shared.goTo(image, by)}
    >
      {url ? <img src={url} alt={t('关键图：{place}', { place })} /> : <span class="key-blank" />}
      <Words image={image} place={place} />
    </button>
  );
}

/** Only the picture, for the draft. */
export function KeyThumb({ image, by, room, thumbs }: KeyCardProps) {
  const { url, place } = useThumb(image, thumbs);
  return (
    <button type="button" class="key-thumb" title={place} onClick={() => void room.shared.goTo(image, by)}>
      {url ? <img src={url} alt={t('关键图：{place}', { place })} /> : <span>{t('关键图')}</span>}
    </button>
  );
}
