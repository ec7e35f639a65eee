/** The phone's page: what was chosen is shown by name and size; photographs are made smaller before they travel (a
 *  hospital's line is slow, 2,600 pixels are enough to read a page) and become JPEG whatever the phone made. */

import './case.css';

const LONGEST_PX = 2600;
const QUALITY = 0.85;

const input = document.getElementById('phone-file') as HTMLInputElement | null;
const list = document.getElementById('phone-shots');

async function smaller(file: File): Promise<File> {
  if (!file.type.startsWith('image/')) return file;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST_PX / Math.max(picture.width, picture.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const made = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY));
    if (!made || (made.size >= file.size && file.type === 'image/jpeg')) return file;
    return new File([made], file.name.replace(/\.\w+$/, '.jpg'), { type: 'image/jpeg' });
  } catch {
    return file; // not a picture this browser can read: the server says what is wrong with it
  }
}

async function prepare(): Promise<void> {
  if (!input?.files || !list) return;
  const bag = new DataTransfer();
  for (const file of Array.from(input.files)) bag.items.add(await smaller(file));
  input.files = bag.files;
  list.replaceChildren(
    ...Array.from(bag.files, (file) => {
      const row = document.createElement('li');
      row.textContent = `${file.name} · ${Math.max(1, Math.round(file.size / 1024))} KB`;
      return row;
    }),
  );
}

input?.addEventListener('change', () => void prepare());
