/** The calls of the tablet. */
import { api, fetchOk } from '../kernel/http.ts';
import type { CaseItem, PhotoItem, SaveItem, Sender } from './outbox.ts';
import { jpegBlob } from './photo.ts';
import type { Clinic, Encounter } from './types.ts';

export class Server implements Sender {
  private readonly clinicId: string;

  constructor(clinicId: string) {
    this.clinicId = clinicId;
  }

  create(item: SaveItem): Promise<Encounter> {
    const body = { ...item.change, client_id: item.key, written_at: item.at };
    return api<Encounter>(`/api/v1/clinics/${this.clinicId}/encounters`, { method: 'POST', body });
  }

  change(id: string, version: number | null, item: SaveItem): Promise<Encounter> {
    const headers: Record<string, string> = version ? { 'If-Match': `"${version}"` } : {};
    return api<Encounter>(`/api/v1/encounters/${id}`, { method: 'PATCH', body: item.change, headers });
  }

  async photo(id: string, item: PhotoItem): Promise<Encounter> {
    const body = new FormData();
    body.set('file', jpegBlob(item.jpeg), 'film.jpg');
    if (item.caption) body.set('caption', item.caption);
    await fetchOk(`/api/v1/encounters/${id}/photos`, { method: 'POST', body, timeout: 120_000 });
    return await this.read(id);
  }

  async toCase(id: string, item: CaseItem): Promise<Encounter> {
    const headers = { 'Idempotency-Key': item.once };
    await fetchOk(`/api/v1/encounters/${id}/to-case`, { method: 'POST', headers });
    return await this.read(id);
  }

  read(id: string): Promise<Encounter> {
    return api<Encounter>(`/api/v1/encounters/${id}`);
  }

  async queue(): Promise<Encounter[]> {
    return (await api<{ items: Encounter[] }>(`/api/v1/clinics/${this.clinicId}/encounters`)).items;
  }

  clinic(): Promise<Clinic> {
    return api<Clinic>(`/api/v1/clinics/${this.clinicId}`);
  }

  async callNext(): Promise<Encounter | null> {
    const call = { method: 'POST' as const, timeout: 5000 };
    return (await api<{ encounter: Encounter | null }>(`/api/v1/clinics/${this.clinicId}/call-next`, call)).encounter;
  }

  removePhoto(photoId: string): Promise<Response> {
    return fetchOk(`/api/v1/film-photos/${photoId}`, { method: 'DELETE' });
  }
}
