import { browserClock } from '@seatgrid/ui';
import { forThinLine, isLineThin } from './thin-line.ts';
import type { Microphone } from './microphone.svelte.ts';

export type LegState = 'none' | 'connecting' | 'connected' | 'lost';

const gatheringMaxMs = 1_500;

/**
 * The browser's leg of a call: offers the microphone, plays what comes back. When it rings, who answers and what a call is,
 * the node says and the desk acts on; this only carries sound. One leg at a time.
 */
export class Softphone {
  state = $state<LegState>('none');
  readonly microphone: Microphone;
  readonly #audio = new Audio();
  readonly #relay: () => RTCIceServer | undefined;
  #peer: RTCPeerConnection | undefined;

  /** `relay`: the way round where browser and node do not reach each other; asked for each leg. */
  constructor(microphone: Microphone, relay: () => RTCIceServer | undefined = () => undefined) {
    this.microphone = microphone;
    this.#relay = relay;
    this.#audio.autoplay = true;
  }

  /** A new leg's SDP offer, complete with its candidates; the leg before it, if any, is dropped. Null without a microphone. */
  async offer(): Promise<string | null> {
    this.drop();
    if (!this.microphone.stream && !(await this.microphone.open())) return null;
    const stream = this.microphone.stream;
    if (!stream) return null;
    const relay = this.#relay();
    const iceServers = relay ? [relay] : [];
    const peer = new RTCPeerConnection({ bundlePolicy: 'max-bundle', iceServers });
    this.#peer = peer;
    this.state = 'connecting';
    for (const track of stream.getAudioTracks()) peer.addTrack(track, stream);
    if (isLineThin(navigator)) {
      const { codecs } = RTCRtpReceiver.getCapabilities('audio') ?? { codecs: [] };
      for (const transceiver of peer.getTransceivers()) transceiver.setCodecPreferences(forThinLine(codecs));
    }
    peer.addEventListener('track', (event) => {
      this.#audio.srcObject = event.streams[0] ?? new MediaStream([event.track]);
      void this.#audio.play().catch(() => undefined);
    });
    peer.addEventListener('connectionstatechange', () => {
      if (this.#peer !== peer) return;
      if (peer.connectionState === 'connected') this.state = 'connected';
      // "disconnected" may mend itself; "failed" will not.
      else if (peer.connectionState === 'failed') this.state = 'lost';
    });
    await peer.setLocalDescription(await peer.createOffer());
    await gathered(peer);
    return peer.localDescription?.sdp ?? null;
  }

  async accept(answer: string): Promise<void> {
    await this.#peer?.setRemoteDescription({ type: 'answer', sdp: answer });
  }

  /** Follows the node's word on mute here too: what is not said cannot be heard, whatever the way between. */
  follow(call: { readonly isMuted: boolean }): void {
    for (const track of this.microphone.stream?.getAudioTracks() ?? []) track.enabled = !call.isMuted;
  }

  drop(): void {
    this.#peer?.close();
    this.#peer = undefined;
    this.#audio.srcObject = null;
    this.state = 'none';
    this.follow({ isMuted: false });
  }
}

/** The desk socket carries one offer and no later candidates: wait for all of them, but not for a slow network card. */
function gathered(peer: RTCPeerConnection): Promise<void> {
  return new Promise((resolve) => {
    if (peer.iceGatheringState === 'complete') return resolve();
    const cancel = browserClock.after(gatheringMaxMs, resolve);
    peer.addEventListener('icegatheringstatechange', () => {
      if (peer.iceGatheringState !== 'complete') return;
      cancel();
      resolve();
    });
  });
}
