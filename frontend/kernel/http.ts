/** Calls to our own JSON API: the CSRF token, a time limit, and problems as typed errors. */
import { t } from './i18n.ts';

/** An answer of RFC 9457 (`application/problem+json`), or our own words where no answer came. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly fields: Readonly<Record<string, readonly string[]>>;
  /** The whole document: facts such as `allowed` or `missing` stand beside the named members. */
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(status: number, code: string, detail: string, facts: Record<string, unknown> = {}) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.facts = facts;
    this.fields = (facts.fields as Record<string, string[]> | undefined) ?? {};
  }
}

export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Sent as JSON, unless it is form data or a blob, which go as they are. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Milliseconds until the call is given up (20,000 if not said). */
  timeout?: number;
  signal?: AbortSignal;
}

const TIMEOUT_MS = 20_000;

/** The readable CSRF cookie; under HTTPS its name carries the `__Host-` prefix. */
export function csrfToken(cookies: string = document.cookie): string {
  const found = /(?:^|;\s*)(?:__Host-)?mdt_csrf=([^;]*)/.exec(cookies);
  return found?.[1] ? decodeURIComponent(found[1]) : '';
}

function request(call: Call, signal: AbortSignal): RequestInit {
  const method = call.method ?? 'GET';
  const headers = new Headers({ Accept: 'application/json', ...call.headers });
  if (method !== 'GET') headers.set('X-CSRF-Token', csrfToken());
  const init: RequestInit = { method, headers, signal, credentials: 'same-origin' };
  if (call.body === undefined) return init;
  if (call.body instanceof FormData || call.body instanceof Blob) return { ...init, body: call.body };
  headers.set('Content-Type', 'application/json');
  return { ...init, body: JSON.stringify(call.body) };
}

/** Turns a refused answer into a `Problem`, whatever its body is. */
export async function problemOf(answer: Response): Promise<Problem> {
  const type = answer.headers.get('Content-Type') ?? '';
  if (/[/+]json/.test(type)) {
    const facts = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
    const detail = String(facts.detail ?? facts.title ?? answer.statusText);
    return new Problem(answer.status, String(facts.code ?? `http_${answer.status}`), detail, facts);
  }
  return new Problem(
    answer.status,
    `http_${answer.status}`,
    t('服务器没有完成这个请求（{status}）。', { status: answer.status }),
  );
}

/** Fetches with a time limit; what is not 2xx, and a line that is down, is thrown as a `Problem`. */
export async function fetchOk(url: string, call: Call = {}): Promise<Response> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), call.timeout ?? TIMEOUT_MS);
  const stop = () => limit.abort();
  call.signal?.addEventListener('abort', stop);
  if (call.signal?.aborted) limit.abort();
  try {
    const answer = await fetch(url, request(call, limit.signal));
    if (!answer.ok) throw await problemOf(answer);
    return answer;
  } catch (error) {
    if (error instanceof Problem || call.signal?.aborted) throw error;
    if (limit.signal.aborted) throw new Problem(0, 'timeout', t('服务器太久没有回应，请再试一次。'));
    throw new Problem(0, 'offline', t('网络不通，请检查连接后再试。'));
  } finally {
    clearTimeout(timer);
    call.signal?.removeEventListener('abort', stop);
  }
}

/** The answer's JSON; `T` is what the API's contract promises for this address. 204 gives `null`. */
export async function api<T>(url: string, call: Call = {}): Promise<T> {
  const answer = await fetchOk(url, call);
  return (answer.status === 204 ? null : await answer.json()) as T;
}
