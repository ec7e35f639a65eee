/** What was dropped or chosen, as a flat list of files with their paths; what plainly is no image is left aside. */
import { t } from '../../kernel/i18n.ts';

export interface Picked {
  readonly path: string;
  readonly file: File;
}

export interface LeftAside {
  readonly path: string;
  readonly why: string;
}

export interface Harvest {
  /** The folder's name, or the first file's. */
  readonly name: string;
  readonly files: readonly Picked[];
  readonly aside: readonly LeftAside[];
}

const SYSTEM_FILES = /(^|\/)(thumbs\.db|desktop\.ini|\.ds_store|autorun\.inf|__macosx\/.*|\._[^/]*|~\$[^/]*)$/i;
const PROGRAMS = /\.(exe|dll|msi|bat|cmd|com|jar|app|lnk|sys|ocx|cab|so|dylib|class|apk|scr|ps1|vbs)$/i;
const PAPERS =
  /\.(txt|pdf|docx?|xlsx?|pptx?|wps|csv|rtf|html?|xml|css|js|ini|inf|jpe?g|png|bmp|gif|tiff?|heic|mp4|avi|mov|wmv)$/i;
const DICM_AT = 128;

function entryFile(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** `readEntries` gives a part of the folder at a time (100 in Chromium): ask until it gives none. */
async function children(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const found: FileSystemEntry[] = [];
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) return found;
    found.push(...part);
  }
}

async function walk(entry: FileSystemEntry, into: Picked[]): Promise<void> {
  if (entry.isFile) {
    into.push({ path: entry.fullPath.replace(/^\//, ''), file: await entryFile(entry as FileSystemFileEntry) });
    return;
  }
  for (const child of await children(entry as FileSystemDirectoryEntry)) await walk(child, into);
}

async function startsLikeDicom(file: File): Promise<boolean> {
  const bytes = new Uint8Array(await file.slice(DICM_AT, DICM_AT + 4).arrayBuffer());
  return String.fromCharCode(...bytes) === 'DICM';
}

async function whyAside({ path, file }: Picked): Promise<string> {
  if (SYSTEM_FILES.test(path)) return t('是系统自动生成的文件，已略过。');
  if (PROGRAMS.test(path)) return t('是程序文件（光盘自带的看图软件），不需要上传。');
  if (PAPERS.test(path) && !(await startsLikeDicom(file))) {
    return t('不是影像文件，没有上传。报告或照片请放到“报告、检验、同意书、照片”里。');
  }
  return '';
}

async function sorted(picked: readonly Picked[], name = ''): Promise<Harvest> {
  const files: Picked[] = [];
  const aside: LeftAside[] = [];
  for (const each of picked) {
    const why = await whyAside(each);
    if (why) aside.push({ path: each.path, why });
    else files.push(each);
  }
  return { name: picked[0]?.path.split('/')[0] ?? name, files, aside };
}

/** A drop. The entries must be taken before the first await: the browser empties the list when the event ends. */
export async function fromTransfer(transfer: DataTransfer): Promise<Harvest> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const plain = entries.length === 0 ? [...transfer.files] : [];
  const picked: Picked[] = plain.map((file) => ({ path: file.name, file }));
  for (const entry of entries) await walk(entry, picked);
  return sorted(picked, entries[0]?.name);
}

/** The files of an `<input type="file">`, with or without `webkitdirectory`. */
export function fromInput(list: FileList): Promise<Harvest> {
  return sorted([...list].map((file) => ({ path: file.webkitRelativePath || file.name, file })));
}
