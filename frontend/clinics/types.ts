/** The API's shapes of a free-clinic day, as far as the tablet uses them. */

export type Turn = 'waiting' | 'called' | 'in' | 'done' | 'left';
export type Disposition = 'none' | 'recheck' | 'county_hospital' | 'refer_up' | 'case' | 'emergency';
export type Sex = 'M' | 'F' | 'O';

export interface Image {
  readonly id: string;
  readonly kind: 'photo' | 'study';
  readonly state: 'working' | 'stored' | 'refused';
  readonly url: string;
  readonly caption: string;
  readonly stamp: string;
}

export interface Consent {
  readonly given: boolean;
  readonly by: string;
  readonly at: string;
}

/** What the tablet writes; the names are the API's. */
export interface Fields {
  name: string;
  sex: Sex | null;
  age: number | null;
  phone: string;
  township: string;
  chips: readonly string[];
  history: readonly string[];
  complaint: string;
  finding: string;
  advice: string;
  disposition: Disposition | null;
  revisit_on: string | null;
  where_to_go: string;
  consent: Consent;
  state: Turn;
}

export interface Encounter extends Fields {
  readonly id: string;
  readonly client_id: string | null;
  readonly ticket: string;
  readonly images: readonly Image[];
  readonly doctor: { readonly id: string; readonly name: string } | null;
  readonly registered_at: string;
  readonly called_at: string | null;
  readonly taken_at: string | null;
  readonly done_at: string | null;
  readonly case_id: string | null;
  readonly pdf: 'none' | 'working' | 'ready' | 'refused';
  readonly version: number;
}

export interface Silent {
  readonly person: { readonly name: string };
  readonly heard_at: string;
}

export interface Clinic {
  readonly id: string;
  readonly title: string;
  readonly place: string;
  readonly state: string;
  readonly filing: { readonly authority: string; readonly number: string } | null;
  readonly allowed: readonly string[];
  /** Whose tablet has not been heard of for minutes. */
  readonly silent: readonly Silent[];
}

export interface Hospital {
  readonly name: string;
  readonly kind: string;
}

export interface Props {
  readonly clinic: Clinic;
  readonly encounters: readonly Encounter[];
  readonly me: { readonly id: string; readonly name: string };
  readonly hospitals: readonly Hospital[];
  /** 256 bits in Base64: what waits in the browser is encrypted with it, and it is not kept there. */
  readonly storeKey: string;
}

/** The name of an encounter on this tablet: its own before the server knows it, the server's otherwise. */
export function keyOf(one: { readonly id: string; readonly client_id: string | null }): string {
  return one.client_id ?? one.id;
}
