/** The server's answers about uploads (`/api/v1/batches/<id>`) and a case's studies. */

export interface Difference {
  readonly field: 'name' | 'sex' | 'birth_date' | 'local_id';
  readonly ours: string;
  readonly theirs: string;
}

export interface FileVerdict {
  readonly name: string;
  readonly state: 'received' | 'stored' | 'duplicate' | 'warning' | 'refused';
  readonly code: string;
  readonly detail: string;
  readonly way_on: string;
  readonly study_uid: string;
  readonly series_uid: string;
  readonly size: number;
}

export interface BatchSeries {
  readonly series_uid: string;
  readonly id: string;
  readonly description: string;
  readonly modality: string;
  readonly number: number | null;
  readonly instances: number;
  readonly prepared: 'waiting' | 'ready' | 'failed';
  /** Pictures that can be looked at so far. */
  readonly shown: number;
  readonly poster_url: string;
}

export interface BatchStudy {
  readonly study_uid: string;
  readonly linked: boolean;
  readonly prior: boolean;
  readonly confirmed: boolean;
  readonly differences: readonly Difference[];
  readonly modality: string;
  readonly date: string;
  readonly description: string;
  readonly series: readonly BatchSeries[];
}

export interface Batch {
  readonly id: string;
  readonly state: 'open' | 'working' | 'done' | 'undone';
  readonly counts: Readonly<Record<string, number>>;
  readonly files: readonly FileVerdict[];
  readonly studies: readonly BatchStudy[];
}

export interface CaseLine {
  readonly id: string;
  readonly number: string;
  readonly title: string;
  readonly state: string;
}
