/**
 * What carries news between replicas of the centre, and inside one. Two ways: *topics* are for those who listen now
 * (realtime portals; a message nobody hears is gone), *streams* for those who must not miss (background duties; kept until
 * the bound, read from a place one remembers). Truth lives in the database: losing the bus loses only what is live.
 */
export interface Bus {
  /** Tells every present subscriber of `topic`, at every replica. Returns once the message is handed over, not heard. */
  publish(topic: string, message: BusMessage): Promise<void>;
  /**
   * Hears every later message of `topic`, in the order each publisher sent. A listener that throws is reported and
   * does not silence the others.
   */
  subscribe(topic: string, listener: (message: BusMessage) => void): Promise<Unsubscribe>;
  /** Adds to the end of `stream` and returns the entry's place. Old entries go when the bound is passed. */
  append(stream: string, message: BusMessage): Promise<BusPlace>;
  /** Entries after `place`, oldest first, at most `max`; the answer may be empty. */
  read(stream: string, after: BusPlace, max: number): Promise<readonly BusEntry[]>;
  close(): Promise<void>;
}

/** JSON, so that a message means the same in one process and between many. */
export type BusMessage =
  null | boolean | number | string | readonly BusMessage[] | { readonly [field: string]: BusMessage };

/** Where a reader stands in a stream: opaque, comparable only by asking for what comes after. */
export type BusPlace = string & { readonly __place: true };
export const busStart = '0-0' as BusPlace;

export interface BusEntry {
  readonly place: BusPlace;
  readonly message: BusMessage;
}

export type Unsubscribe = () => Promise<void>;
