/** A photograph of a film, made small enough for a weak line before it is kept: upright, without what the telephone wrote
 *  into it. The server decodes and stamps it again. */

const LONGEST = 2000;
const QUALITY = 0.82;

/** The picture as a JPEG in Base64. Throws what the browser says of a file that is no picture. */
export async function smallJpeg(file: Blob): Promise<string> {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return canvas.toDataURL('image/jpeg', QUALITY).split(',')[1] ?? '';
}

/** Back from Base64, for sending. */
export function jpegBlob(base64: string): Blob {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return new Blob([bytes], { type: 'image/jpeg' });
}
