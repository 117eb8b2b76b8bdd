/** where faxes go that come by telephone, what is known of them, and who is told. */
import type { FaxBoxId } from '../kernel/ids.ts';

export interface FaxBox {
  readonly id: FaxBoxId;
  readonly name: string;
  /** Kept at a time; a caller who finds it full gets no fax tone, and is told so. */
  readonly faxesMax: number;
  /** A fax is thrown away after so many days; null: kept as recordings are. */
  readonly keptDays: number | null;
  /** Who is told of a new fax by e-mail. */
  readonly mailTo: readonly string[];
  /** The pages go with the mail, as PDF; else the mail says where they are read. */
  readonly isFaxMailed: boolean;
}

/** What is done with a fax; `purged`: its pages are gone for good. */
export const faxActs = ['read', 'unread', 'deleted', 'restored', 'purged'] as const;
export type FaxAct = (typeof faxActs)[number];

/** How the sending of it ended. With pages, all but `complete` left a part of a fax. */
export const faxEndings = [
  'complete',
  'line-lost',
  'no-fax',
  'sender-stopped',
  'poor-line',
  'incompatible',
  'too-long',
  'fault',
] as const;
export type FaxEnding = (typeof faxEndings)[number];

/** What comes of a call that is led to a fax box. */
export type FaxOutcome = 'received' | 'partial' | 'nothing' | 'full' | 'unavailable';

/** A fax thrown away can be taken back for so long. */
export const deletedFaxKeptMs = 24 * 3_600_000;
