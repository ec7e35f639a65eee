/**
 * What this tablet still has to send, kept through a closed browser: IndexedDB, encrypted (AES-GCM) with a key that comes
 * with the page and is never stored. Where the browser gives no cryptography (a page without TLS that is not local) it is
 * kept in memory only, and leaving the page asks first.
 */
import { openDB } from 'idb';

export interface Vault {
  readonly lasting: boolean;
  all(): Promise<Map<number, unknown>>;
  put(seq: number, value: unknown): Promise<void>;
  remove(seq: number): Promise<void>;
}

interface Sealed {
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly bytes: ArrayBuffer;
}

export class MemoryVault implements Vault {
  readonly lasting = false;
  private readonly kept = new Map<number, unknown>();

  async all(): Promise<Map<number, unknown>> {
    return new Map(this.kept);
  }

  async put(seq: number, value: unknown): Promise<void> {
    this.kept.set(seq, value);
  }

  async remove(seq: number): Promise<void> {
    this.kept.delete(seq);
  }
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

/** One store per person and day: on a shared tablet nobody sends or reads another's. */
export async function openVault(name: string, keyBase64: string): Promise<Vault> {
  try {
    return await openSealed(name, keyBase64);
  } catch {
    return new MemoryVault();
  }
}

async function openSealed(name: string, keyBase64: string): Promise<Vault> {
  const key = await crypto.subtle.importKey('raw', bytesOf(keyBase64), 'AES-GCM', false, ['encrypt', 'decrypt']);
  const db = await openDB(name, 1, { upgrade: (fresh) => void fresh.createObjectStore('unsent') });

  async function opened(sealed: Sealed): Promise<unknown> {
    const bytes = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: sealed.iv }, key, sealed.bytes);
    return JSON.parse(new TextDecoder().decode(bytes));
  }

  return {
    lasting: true,
    async all() {
      const found = new Map<number, unknown>();
      for (const seq of await db.getAllKeys('unsent')) {
        const sealed = (await db.get('unsent', seq)) as Sealed;
        // Sealed under another key (the server's secret was changed): nobody can read it any more.
        const value = await opened(sealed).catch(() => null);
        if (value === null) await db.delete('unsent', seq);
        else found.set(Number(seq), value);
      }
      return found;
    },
    async put(seq, value) {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const text = new TextEncoder().encode(JSON.stringify(value));
      const bytes = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, text);
      await db.put('unsent', { iv, bytes } satisfies Sealed, seq);
    },
    async remove(seq) {
      await db.delete('unsent', seq);
    },
  };
}
