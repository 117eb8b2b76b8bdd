/** What DNS says of where a domain's SIP servers are, and the port to whoever asks it. */

/** RFC 3403: which services a domain offers, and under which name each is found. */
export interface NaptrRecord {
  readonly order: number;
  readonly preference: number;
  readonly flags: string;
  readonly service: string;
  readonly replacement: string;
}

/** RFC 2782 */
export interface SrvRecord {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  /** '' where the domain says that there is no such service. */
  readonly host: string;
}

/** To be believed for so long; that there are no records, too. */
export interface NameAnswer<R> {
  readonly records: readonly R[];
  readonly ttlMs: number;
}

/** Each rejects where nobody could be asked: not knowing is no answer. */
export interface NameService {
  naptr(name: string): Promise<NameAnswer<NaptrRecord>>;
  srv(name: string): Promise<NameAnswer<SrvRecord>>;
  /** IPv4 and IPv6 together. */
  addresses(name: string): Promise<NameAnswer<string>>;
}
