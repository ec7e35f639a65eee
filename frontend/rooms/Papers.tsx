/** What is attached to a case beside its DICOM images: reports, laboratory sheets, photographs of films. */
import { t } from '../kernel/i18n.ts';
import type { CaseFile, Paper } from './casefile.ts';
import { Icon } from './icons.tsx';

function kindWord(kind: string): string {
  const words: Record<string, string> = {
    report: t('影像报告'),
    lab: t('检验'),
    pathology: t('病理'),
    consent: t('知情同意书'),
    photo: t('照片'),
  };
  return words[kind] ?? kind;
}

const isPicture = (paper: Paper) => paper.media_type.startsWith('image/');

/** Photographs of films that a case has. */
export const photographs = (file: CaseFile | null): Paper[] =>
  file?.materials.filter((paper) => paper.kind === 'photo' && isPicture(paper)) ?? [];

/** Each opens in a window of its own: it is one's own reading, the shared view is of images. */
export function Papers({ papers }: { papers: Paper[] }) {
  return (
    <ul class="case-papers">
      {papers.map((paper) => (
        <li key={paper.id}>
          <a href={paper.url} target="_blank" rel="noopener">
            {isPicture(paper) ? <img src={paper.url} alt="" loading="lazy" /> : <Icon name="draft" />}
            <span>{kindWord(paper.kind)}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

/** A case that has photographs of films only: they stand where the viewer would. */
export function Films({ papers }: { papers: Paper[] }) {
  return (
    <div class="stage-films">
      <p class="xs faint">{t('只有翻拍照片：非诊断级图像，不能同步阅片，点开看原图。')}</p>
      <div>
        {papers.map((paper) => (
          <a key={paper.id} href={paper.url} target="_blank" rel="noopener">
            <img src={paper.url} alt={kindWord(paper.kind)} />
          </a>
        ))}
      </div>
    </div>
  );
}
