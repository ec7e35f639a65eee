/** A DICOM folder or disc, sent to one encounter by resumable upload; needs a line. */
import { Upload } from 'tus-js-client';
import { api, csrfToken } from '../kernel/http.ts';
import { uuid } from '../kernel/ids.ts';

/** Send all files as one batch; `onPart` gets the share sent, 0 to 1. */
export async function sendDisc(
  encounterId: string,
  files: readonly File[],
  onPart: (share: number) => void,
): Promise<void> {
  const batchId = uuid();
  const total = files.reduce((sum, file) => sum + file.size, 0) || 1;
  let before = 0;
  for (const file of files) {
    await sendOne(file, { encounterId, batchId }, (sent) => onPart((before + sent) / total));
    before += file.size;
  }
  await api(`/api/v1/batches/${batchId}/close`, { method: 'POST' });
}

function sendOne(file: File, ids: Record<string, string>, onSent: (bytes: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const upload = new Upload(file, {
      endpoint: '/uploads/',
      chunkSize: 8 << 20,
      retryDelays: [0, 1000, 3000, 10_000],
      uploadDataDuringCreation: true,
      storeFingerprintForResuming: false,
      metadata: { filename: file.name, relativePath: file.webkitRelativePath || file.name, ...ids },
      headers: { 'X-CSRF-Token': csrfToken() },
      onProgress: (sent) => onSent(sent),
      onSuccess: () => resolve(),
      onError: reject,
    });
    upload.start();
  });
}
