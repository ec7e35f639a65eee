/** The film: photographed, or a disc with DICOM files. */
import { useState } from 'preact/hooks';
import { t } from '../kernel/i18n.ts';
import { toast } from '../kernel/toast.ts';
import type { Day, Shown } from './day.ts';
import { sendDisc } from './disc.ts';
import { Icon } from './icons.tsx';
import { smallJpeg } from './photo.ts';

interface FilmProps {
  day: Day;
  row: Shown;
  /** The encounter must be kept before a picture can hang on it. */
  onBefore: () => Promise<Shown | null>;
}

interface Picture {
  readonly url: string;
  readonly note: string;
  readonly stamp: string;
  readonly id: string;
}

function picturesOf(day: Day, row: Shown): Picture[] {
  const sent = row.images.map((image) => ({
    id: image.kind === 'photo' ? image.id : '',
    url: image.url,
    stamp: image.stamp,
    note: image.state === 'working' ? t('正在处理') : image.state === 'refused' ? t('不是可用的图片') : image.caption,
  }));
  const unsent = day.unsentPhotos(row.key).map((url) => ({ id: '', url, stamp: t('非诊断级图像'), note: t('未上传') }));
  return [...sent, ...unsent];
}

/** Whole folders: a disc has thousands of files in some. */
function asFolder(input: HTMLInputElement | null): void {
  if (input) input.webkitdirectory = true;
}

export function Film({ day, row, onBefore }: FilmProps) {
  const [chosen, setChosen] = useState(-1);
  const [share, setShare] = useState<number | null>(null);
  const pictures = picturesOf(day, row);
  const picture = pictures[chosen] ?? pictures[pictures.length - 1];

  async function take(input: HTMLInputElement) {
    const files = [...(input.files ?? [])];
    input.value = '';
    const kept = await onBefore();
    if (!kept) return;
    for (const file of files) {
      try {
        await day.addPhoto(kept, await smallJpeg(file));
      } catch {
        toast(t('“{name}”不是可用的图片。', { name: file.name }), 'bad');
      }
    }
    setChosen(-1);
  }

  async function readDisc(input: HTMLInputElement) {
    const files = [...(input.files ?? [])];
    input.value = '';
    const kept = await onBefore();
    if (!kept || files.length === 0) return;
    if (!kept.id) {
      toast(t('读光盘需要网络；接诊已存本机。'), 'warn');
      return;
    }
    try {
      await sendDisc(kept.id, files, setShare);
      toast(t('光盘已上传，正在读取。'), 'ok');
    } catch {
      toast(t('光盘没有传完，请检查网络后再试。'), 'bad');
    }
    setShare(null);
  }

  async function remove(id: string) {
    await day.server.removePhoto(id).catch((error: Error) => toast(error.message, 'bad'));
    await day.poll();
  }

  return (
    <div class="field">
      <span class="label">{t('胶片与影像')}</span>
      <div class="film">
        {picture?.url ? (
          <img src={picture.url} alt={t('胶片翻拍')} />
        ) : (
          <div class="film-empty">
            <Icon name="camera" />
            <span>{picture?.note ?? t('拍下患者带来的胶片')}</span>
          </div>
        )}
        {picture?.stamp && <span class="tag">{t('非诊断级图像')}</span>}
        {picture?.note && picture.url && <span class="tag film-note">{picture.note}</span>}
        {picture?.id && (
          <button
            type="button"
            class="btn btn-icon film-remove"
            aria-label={t('移除这张照片')}
            onClick={() => void remove(picture.id)}
          >
            <Icon name="trash" />
          </button>
        )}
        {share !== null && (
          <span class="bar film-share">
            <i style={{ width: `${Math.round(share * 100)}%` }} />
          </span>
        )}
      </div>
      {pictures.length > 1 && (
        <fieldset class="film-strip" aria-label={t('全部照片')}>
          {pictures.map((one, place) => (
            <button
              type="button"
              key={one.url || place}
              class="btn btn-s"
              aria-pressed={one === picture}
              onClick={() => setChosen(place)}
            >
              {place + 1}
            </button>
          ))}
        </fieldset>
      )}
      <div class="film-actions">
        <label class="btn">
          <input
            class="sr"
            type="file"
            accept="image/*"
            capture="environment"
            onChange={(event) => void take(event.currentTarget)}
          />
          <Icon name="camera" />
          {t('拍胶片')}
        </label>
        <label class="btn">
          <input
            class="sr"
            type="file"
            multiple
            ref={asFolder}
            onChange={(event) => void readDisc(event.currentTarget)}
          />
          <Icon name="disc" />
          {t('读光盘')}
        </label>
      </div>
    </div>
  );
}
