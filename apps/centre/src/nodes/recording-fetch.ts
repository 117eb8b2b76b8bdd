/**
 * Parts of recordings and ladders asked of the node that has them: the request goes down the link, the octets come back in a request of
 * the node's own, so that a node behind NAT needs no open port. What comes is passed on as it comes, and kept nowhere.
 * Link, listener and the node's request may each be at another replica: then the octets take the bus.
 */
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import type { CallId, IdSource, NodeId } from '@seatgrid/core/kernel/ids.ts';
import { failure, success, type Result } from '@seatgrid/core/kernel/result.ts';
import type { Bus } from '@seatgrid/core/ports/bus.ts';
import type { CentreToNode } from '@seatgrid/contracts/link/link-messages.ts';
import { recordingFetchTimeoutMs, recordingRelayOctets } from '../limits.ts';

type Octets = ReadableStream<Uint8Array>;

export interface RecordingFetch {
  /** The octets, or why there are none, for people. */
  fetch(nodeId: NodeId, wanted: WantedOctets): Promise<Result<Octets, string>>;
  fetchLadder(nodeId: NodeId, callId: CallId, format: 'json' | 'pcap'): Promise<Result<Octets, string>>;
  /** What the node sends; resolves when it was taken. False: nobody can be waiting for it. */
  receive(nodeId: NodeId, requestId: string, body: Octets | null): Promise<boolean>;
  missing(nodeId: NodeId, requestId: string, why: string): Promise<void>;
}

export interface WantedOctets {
  readonly path: string;
  readonly from: number;
  readonly to: number;
  /** Of the whole file. */
  readonly sha256: string;
}

export interface RecordingFetchParts {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly bus: Bus;
  /** False while one centre runs alone: then what nobody here waits for, nobody waits for. */
  readonly hasReplicas: boolean;
  /** False when that node has no link. */
  readonly send: (nodeId: NodeId, message: CentreToNode) => boolean;
}

/** What a replica that got a node's answer tells the one that waits. */
type Relayed = { readonly nodeId: NodeId } & (
  | { readonly kind: 'part'; readonly base64: string }
  | { readonly kind: 'end' }
  | { readonly kind: 'missing'; readonly why: string }
);

interface Waiting {
  readonly nodeId: NodeId;
  readonly what: 'recording' | 'ladder';
  readonly settle: (outcome: Result<Octets, string>) => void;
}

export function createRecordingFetch(parts: RecordingFetchParts): RecordingFetch {
  const { bus, clock, ids } = parts;
  const waiting = new Map<string, Waiting>();
  const topicOf = (requestId: string) => `recording ${requestId}`;

  function take(nodeId: NodeId, requestId: string): Waiting | undefined {
    const one = waiting.get(requestId);
    if (one?.nodeId !== nodeId) return undefined;
    waiting.delete(requestId);
    return one;
  }

  function missed(one: Waiting | undefined, why: string): void {
    one?.settle(failure(`The node does not have this ${one.what}: ${why}`));
  }

  /** Makes a stream of what another replica relays; the end of the stream, or of the waiting, ends the hearing. */
  async function hearRelay(nodeId: NodeId, requestId: string): Promise<() => void> {
    let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
    let isOver = false;
    const leave = await bus.subscribe(topicOf(requestId), (message) => {
      const relayed = message as unknown as Relayed;
      if (relayed.nodeId !== nodeId || isOver) return;
      if (relayed.kind === 'missing') return missed(take(nodeId, requestId), relayed.why);
      const one = take(nodeId, requestId);
      if (one) {
        const cancel = () => end();
        one.settle(success(new ReadableStream({ start: (given) => void (controller = given), cancel })));
      }
      if (relayed.kind === 'part') return controller?.enqueue(Buffer.from(relayed.base64, 'base64'));
      controller?.close();
      end();
    });
    const end = () => {
      if (isOver) return;
      isOver = true;
      void leave();
    };
    return () => {
      // Once it streams, the stream decides when it is over.
      if (!controller) end();
    };
  }

  async function ask(
    nodeId: NodeId,
    what: Waiting['what'],
    messageOf: (requestId: string) => CentreToNode,
  ): Promise<Result<Octets, string>> {
    const requestId = ids.next<'recording-fetch'>();
    const stopHearing = parts.hasReplicas ? await hearRelay(nodeId, requestId) : () => {};
    return new Promise((settled) => {
      const settle: Waiting['settle'] = (outcome) => {
        cancel();
        waiting.delete(requestId);
        settled(outcome);
        if (!outcome.ok) stopHearing();
      };
      const cancel = clock.after(recordingFetchTimeoutMs, () =>
        settle(failure(`The node that keeps this ${what} did not send it in time.`)),
      );
      waiting.set(requestId, { nodeId, what, settle });
      if (!parts.send(nodeId, messageOf(requestId)))
        settle(failure(`The node that keeps this ${what} is not linked at the moment.`));
    });
  }

  return {
    fetch: (nodeId, { sha256, ...wanted }) =>
      ask(nodeId, 'recording', (requestId) => ({
        kind: 'fetch-recording',
        requestId,
        ...wanted,
        ...(sha256 === '' ? {} : { sha256 }),
      })),

    fetchLadder: (nodeId, callId, format) =>
      ask(nodeId, 'ladder', (requestId) => ({ kind: 'fetch-ladder', requestId, callId, format })),

    async receive(nodeId, requestId, body) {
      if (!body) return false;
      const one = take(nodeId, requestId);
      if (one) {
        const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
        one.settle(success(readable));
        // A listener who leaves half-way ends the pipe; that is no fault of the node's.
        await body.pipeTo(writable).catch(() => {});
        return true;
      }
      if (!parts.hasReplicas) return false;
      const relay = (relayed: Relayed) => bus.publish(topicOf(requestId), relayed);
      for await (const chunk of body as unknown as AsyncIterable<Uint8Array>)
        for (let at = 0; at < chunk.length; at += recordingRelayOctets) {
          const base64 = Buffer.from(chunk.subarray(at, at + recordingRelayOctets)).toString('base64');
          await relay({ nodeId, kind: 'part', base64 });
        }
      await relay({ nodeId, kind: 'end' });
      return true;
    },

    async missing(nodeId, requestId, why) {
      const one = take(nodeId, requestId);
      if (one) missed(one, why);
      else if (parts.hasReplicas) await bus.publish(topicOf(requestId), { nodeId, kind: 'missing', why });
    },
  };
}
