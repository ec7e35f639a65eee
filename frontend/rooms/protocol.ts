/** The room on the wire: what the server sends over the socket and the API. Names are the contract's. */
import type { Annotation, KeyImage } from '../imaging/types.ts';

export interface By {
  id: string;
  name: string;
}

export type EntryType =
  | 'message'
  | 'file'
  | 'edit'
  | 'retract'
  | 'react'
  | 'view'
  | 'annotation'
  | 'annotation_removed'
  | 'lead'
  | 'agenda'
  | 'join_left'
  | 'hand'
  | 'poll'
  | 'vote'
  | 'poll_closed'
  | 'consensus'
  | 'decision'
  | 'call'
  | 'note';

/** One entry of the log. `seq` starts at 1 and has no gap; `item` is the agenda item that ran. */
export interface Entry {
  room: string;
  seq: number;
  id: string;
  client_id: string;
  type: EntryType | string;
  body: Record<string, unknown>;
  by: By;
  /** RFC 3339, the server's clock. */
  at: string;
  item?: string | null;
}

export type Presence = 'here' | 'away' | 'lost';

export interface Member {
  id: string;
  name: string;
  role: string;
  state: Presence;
  /** Whether the person follows the shared view. */
  follow?: boolean;
}

export interface RoomFacts {
  id: string;
  subject: { kind: string; id: string };
  title: string;
  head: number;
  item: string | null;
  chair: string | null;
  leader: string | null;
  /** Where the meeting of this room is now. */
  to: string | null;
  /** `post`, `lead`. */
  may: string[];
}

export interface Joined {
  ok: true;
  head: number;
  entries: Entry[];
  snapshot: unknown;
  members: Member[];
  you: By;
  /** The room as it is now. */
  state?: RoomFacts;
}

export interface Posted {
  ok: true;
  seq: number;
  id: string;
  at: string;
}

/** A refusal with the server's sentence. */
export interface Refusal {
  ok: false;
  code: string;
  detail: string;
}

export interface Signal {
  room: string;
  type: string;
  body: Record<string, unknown>;
  by: By;
}

export interface MessageBody {
  text: string;
  reply_to?: string;
  key_image?: KeyImage;
}

export interface AgendaBody {
  action: 'start' | 'finish' | 'extend' | 'reorder';
  item: string;
  meeting?: string;
  minutes?: number;
  chair?: string;
  outcome?: string;
}

export interface PollBody {
  question: string;
  options: string[];
  secret?: boolean;
}

export type AnnotationBody = Annotation;
