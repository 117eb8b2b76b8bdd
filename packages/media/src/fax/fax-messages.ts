/** What a node and the process that receives one fax say to each other. */
import type { G711Law } from '../audio/g711.ts';
import type { FaxEnding } from './fax-ending.ts';

export interface FaxOptions {
  /** Where its socket is: beside the engine's own. */
  readonly bindAddress: string;
  readonly law: G711Law;
  /** The TIFF it writes; its folder exists. */
  readonly path: string;
  /** What we call ourselves (CSI): twenty digits, signs and letters at most. */
  readonly identification: string;
  /** spandsp's name, or a path to it. */
  readonly library: string;
}

export type ToFax =
  | { readonly kind: 'open'; readonly options: FaxOptions }
  /** Where the engine's leg is: from here on there is a line. */
  | { readonly kind: 'begin'; readonly address: string; readonly port: number }
  | { readonly kind: 'line-lost' };

export interface FaxOutcome {
  readonly ending: FaxEnding;
  /** Whole pages in the file; the file is there where there are any. */
  readonly pages: number;
  readonly farIdentification: string;
  readonly bitRate: number;
  readonly hasErrorCorrection: boolean;
}

export type FromFax =
  | { readonly kind: 'ready'; readonly address: string; readonly port: number }
  | { readonly kind: 'ended'; readonly outcome: FaxOutcome }
  | { readonly kind: 'missing' };
