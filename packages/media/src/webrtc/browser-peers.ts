/**
 * Browsers at the far end: ICE, DTLS and SRTP by node-datachannel, which hands us plain RTP. The only file that loads that
 * library. It frees a peer that nobody refers to, media and all: each lives in `#open` until it is closed.
 */
import type { PeerConnection, Track } from 'node-datachannel';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import { failure, success, type Result } from '@seatgrid/core/kernel/result.ts';
import { iceConnectMsMax } from '../limits.ts';
import { isRtcp } from '../rtp/rtp-packet.ts';
import type { BrowserCodec } from './browser-codecs.ts';
import {
  finishAnswer,
  readBrowserOffer,
  type BrowserOfferFault,
  type BrowserSound,
} from './browser-offer.ts';
import { sendOnTrack } from './send-on-track.ts';

type DataChannelLibrary = typeof import('node-datachannel');

export interface BrowserPeersOptions {
  readonly bindAddress: string;
  readonly advertisedAddress: string | undefined;
  /** One port carries all browsers; a range gives each its own. */
  readonly ports: { readonly from: number; readonly to: number };
  /** Best first. */
  readonly codecs: readonly BrowserCodec[];
  readonly clock: Clock;
}

export interface BrowserPeerRequest {
  readonly offerSdp: string;
  readonly ssrc: number;
  onRtp(packet: Uint8Array): void;
  onRtcp(packet: Uint8Array): void;
  onLost(cause: 'ice-failed' | 'dtls-closed'): void;
}

export interface BrowserPeer {
  sendRtp(packet: Uint8Array): void;
  sendRtcp(packet: Uint8Array): void;
  /** What carries its packets (RFC 8445 §8.1.1); of a browser behind a relay, the relay. Undefined: it never connected. */
  pair(): BrowserPair | undefined;
  close(): void;
}

export interface BrowserPair {
  readonly local: { readonly address: string; readonly port: number };
  readonly remote: { readonly address: string; readonly port: number };
}

export interface OpenedBrowserPeer {
  readonly peer: BrowserPeer;
  readonly answerSdp: string;
  readonly sound: BrowserSound;
  readonly isSendingAllowed: boolean;
  readonly isReceptionExpected: boolean;
}

export interface BrowserPeerFault {
  readonly reason: BrowserOfferFault['reason'] | 'no-ports' | 'closed';
  readonly detail: string;
}

interface OpenPeer {
  readonly connection: PeerConnection;
  readonly tracks: Track[];
}

interface PeerState {
  isOver: boolean;
  pair: BrowserPair | undefined;
  readonly cancel: Cancel;
}

export class BrowserPeers {
  readonly #options: BrowserPeersOptions;
  readonly #open = new Set<OpenPeer>();
  #library: DataChannelLibrary | undefined;
  #isClosed = false;

  constructor(options: BrowserPeersOptions) {
    this.#options = options;
  }

  async open(request: BrowserPeerRequest): Promise<Result<OpenedBrowserPeer, BrowserPeerFault>> {
    const offer = readBrowserOffer(request.offerSdp, this.#options.codecs);
    if (!offer.ok) return offer;
    // A native library: loaded when the first browser comes, so that a node without browsers does without it.
    this.#library ??= await import('node-datachannel');
    if (this.#isClosed) return failure({ reason: 'closed', detail: 'the engine is closing' });
    const { clock, bindAddress, advertisedAddress, ports } = this.#options;
    const connection = new this.#library.PeerConnection('browser', {
      iceServers: [],
      bindAddress,
      portRangeBegin: ports.from,
      portRangeEnd: ports.to,
      enableIceUdpMux: ports.from === ports.to,
    });
    const peer: OpenPeer = { connection, tracks: [] };
    this.#open.add(peer);
    const state = this.#watch(peer, request);
    connection.onTrack((track) => {
      peer.tracks.push(track);
      track.onMessage((packet) => (isRtcp(packet) ? request.onRtcp(packet) : request.onRtp(packet)));
    });
    const gathered = new Promise<'complete' | 'late'>((settle) => {
      const cancel = clock.after(iceConnectMsMax, () => settle('late'));
      connection.onGatheringStateChange((gathering) => {
        if (gathering !== 'complete') return;
        cancel();
        settle('complete');
      });
    });
    try {
      connection.setRemoteDescription(offer.value.sdp, 'offer');
    } catch (error) {
      this.#close(peer, state);
      return failure({
        reason: 'malformed-sdp',
        detail: `the offer was refused: ${(error as Error).message}`,
      });
    }
    const outcome = await gathered;
    const description = connection.localDescription();
    const [track] = peer.tracks;
    if (outcome === 'late' || description === null || track === undefined) {
      this.#close(peer, state);
      return failure({ reason: 'no-ports', detail: 'no address could be bound for this browser' });
    }
    const direction = track.direction();
    return success({
      peer: {
        sendRtp: (packet) => sendOnTrack(track, packet as Buffer),
        sendRtcp: (packet) => sendOnTrack(track, Buffer.from(packet)),
        pair: () => selectedPair(connection) ?? state.pair,
        close: () => this.#close(peer, state),
      },
      answerSdp: finishAnswer(description.sdp, {
        names: offer.value.names,
        ssrc: request.ssrc,
        boundAddress: bindAddress,
        advertisedAddress,
      }),
      sound: offer.value.sound,
      isSendingAllowed: direction === 'SendRecv' || direction === 'SendOnly',
      isReceptionExpected: direction === 'SendRecv' || direction === 'RecvOnly',
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { connection } of this.#open) connection.close();
    this.#open.clear();
    // Without this the process aborts when the worker ends before the library's own workers.
    this.#library?.cleanup();
  }

  /** Tells once when the browser is lost: never connected in time, ICE failed, or it closed. */
  #watch(peer: OpenPeer, request: BrowserPeerRequest): PeerState {
    const lost = (cause: 'ice-failed' | 'dtls-closed') => {
      if (state.isOver) return;
      state.isOver = true;
      state.cancel();
      request.onLost(cause);
    };
    const state: PeerState = {
      isOver: false,
      pair: undefined,
      cancel: this.#options.clock.after(iceConnectMsMax, () => lost('ice-failed')),
    };
    peer.connection.onStateChange((now) => {
      if (now === 'connected') {
        state.cancel();
        // Once it has closed, it no longer tells.
        state.pair = selectedPair(peer.connection);
      } else if (now === 'failed') lost('ice-failed');
      else if (now === 'closed') lost('dtls-closed');
    });
    return state;
  }

  #close(peer: OpenPeer, state: PeerState): void {
    state.isOver = true;
    state.cancel();
    if (!this.#open.delete(peer)) return;
    peer.connection.close();
  }
}

function selectedPair(connection: PeerConnection): BrowserPair | undefined {
  return connection.getSelectedCandidatePair() ?? undefined;
}
