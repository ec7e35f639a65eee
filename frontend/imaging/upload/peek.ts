/** The series a file belongs to, read from its head in the browser, so that each series has its own progress. */

const HEAD_BYTES = 64 * 1024;
/** (0020,000E) SeriesInstanceUID in little endian. */
const TAG = [0x20, 0x00, 0x0e, 0x00] as const;
const UID = /^[0-9.]{1,64}$/;

/** The UID in a head of either little-endian syntax, or '' (the server finds out the rest). */
export function seriesIn(bytes: Uint8Array): string {
  for (let at = 0; at + 12 < bytes.length; at += 1) {
    if (!TAG.every((byte, n) => bytes[at + n] === byte)) continue;
    const explicit = bytes[at + 4] === 0x55 && bytes[at + 5] === 0x49;
    const low = explicit ? at + 6 : at + 4;
    const length = (bytes[low] ?? 0) | ((bytes[low + 1] ?? 0) << 8);
    const text = String.fromCharCode(...bytes.subarray(at + 8, at + 8 + Math.min(length, 64)));
    const uid = text.replace(/[\0 ]+$/, '');
    if (UID.test(uid)) return uid;
  }
  return '';
}

export async function peekSeries(file: File): Promise<string> {
  return seriesIn(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
}
