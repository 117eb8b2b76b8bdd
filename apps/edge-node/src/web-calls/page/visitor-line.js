// The visitor's line: microphone and loudspeaker by WebRTC, signalling by the node's socket. Says what became of it; draws nothing.

/** @import { NodeToVisitor, VisitorCommand, VisitorState } from '@seatgrid/contracts/web-call/web-call-messages.ts' */
/** @import { RelayPass } from '@seatgrid/contracts/nouns/relay-pass.ts' */
/** @import { Language } from './visitor-words.js' */
/** @typedef {'busy' | 'closed' | 'microphone' | 'insecure' | 'unreachable'} Refused */
/**
 * @typedef {object} LineListener
 * @property {(step: 'microphone' | 'connecting') => void} onStep
 * @property {(state: VisitorState) => void} onState
 * @property {(why: Refused) => void} onRefused
 */

const beatEveryMs = 5_000;
const gatheringMaxMs = 1_500;

export class VisitorLine {
  /** @type {LineListener} */ #listener;
  /** @type {WebSocket | undefined} */ #socket;
  /** @type {RTCPeerConnection | undefined} */ #peer;
  /** @type {MediaStream | undefined} */ #microphone;
  #audio = new Audio();
  #beat = 0;
  #lastId = 0;
  #isOver = false;

  /** @param {LineListener} listener */
  constructor(listener) {
    this.#listener = listener;
    this.#audio.autoplay = true;
  }

  /**
   * @param {string} token
   * @param {Language} language
   */
  async call(token, language) {
    // Browsers show a microphone to pages of a secure context alone.
    if (!navigator.mediaDevices) return this.#refuse('insecure');
    this.#listener.onStep('microphone');
    try {
      this.#microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      return this.#refuse('microphone');
    }
    this.#listener.onStep('connecting');
    const address = new URL('socket', location.href);
    address.protocol = address.protocol.replace('http', 'ws');
    const socket = new WebSocket(address);
    this.#socket = socket;
    socket.addEventListener('open', () => {
      socket.send(JSON.stringify({ kind: 'hello', token }));
      this.#beat = setInterval(() => socket.send('{"kind":"beat"}'), beatEveryMs);
    });
    socket.addEventListener('message', ({ data }) => this.#hear(JSON.parse(String(data)), language));
    socket.addEventListener('close', () => this.#refuse('unreachable'));
  }

  /** @param {string} digits */
  press(digits) {
    this.#ask({ kind: 'press', digits });
  }

  /** @param {boolean} isMuted */
  mute(isMuted) {
    for (const track of this.#microphone?.getAudioTracks() ?? []) track.enabled = !isMuted;
  }

  end() {
    this.#ask({ kind: 'end' });
  }

  /**
   * @param {RelayPass | null} relay
   * @param {Language} language
   */
  async #begin(relay, language) {
    if (this.#microphone)
      this.#ask({ kind: 'call', offer: await this.#offer(this.#microphone, relay), language });
  }

  /**
   * @param {MediaStream} microphone
   * @param {RelayPass | null} relay
   */
  async #offer(microphone, relay) {
    const peer = new RTCPeerConnection({ bundlePolicy: 'max-bundle', iceServers: relay ? [relay] : [] });
    this.#peer = peer;
    for (const track of microphone.getAudioTracks()) peer.addTrack(track, microphone);
    peer.addEventListener('track', (event) => {
      this.#audio.srcObject = event.streams[0] ?? new MediaStream([event.track]);
      this.#audio.play().catch(() => undefined);
    });
    await peer.setLocalDescription(await peer.createOffer());
    await gathered(peer);
    return peer.localDescription?.sdp ?? '';
  }

  /** @param {VisitorCommand} command */
  #ask(command) {
    const socket = this.#socket;
    if (socket?.readyState === WebSocket.OPEN)
      socket.send(JSON.stringify({ kind: 'command', id: ++this.#lastId, command }));
  }

  /**
   * @param {NodeToVisitor} message
   * @param {Language} language
   */
  #hear(message, language) {
    if (message.kind === 'welcome')
      this.#begin(message.relay, language).catch(() => this.#refuse('unreachable'));
    else if (message.kind === 'state') {
      this.#listener.onState(message.state);
      if (message.state.phase === 'ended') this.#close();
    } else if (message.kind === 'reply' && message.answer !== null) {
      void this.#peer?.setRemoteDescription({ type: 'answer', sdp: message.answer });
    } else if (message.kind === 'refusal' && message.id === 1) {
      this.#refuse(message.code === 'busy' || message.code === 'closed' ? message.code : 'unreachable');
    } else if (message.kind === 'closed') this.#refuse('unreachable');
  }

  /** @param {Refused} why */
  #refuse(why) {
    if (this.#isOver) return;
    this.#close();
    this.#listener.onRefused(why);
  }

  #close() {
    this.#isOver = true;
    clearInterval(this.#beat);
    for (const track of this.#microphone?.getTracks() ?? []) track.stop();
    this.#peer?.close();
    this.#socket?.close();
  }
}

/**
 * The socket carries one offer and no later candidates: wait for all of them, but not for a slow network card.
 * @param {RTCPeerConnection} peer
 * @returns {Promise<void>}
 */
function gathered(peer) {
  return new Promise((resolve) => {
    if (peer.iceGatheringState === 'complete') return resolve();
    setTimeout(resolve, gatheringMaxMs);
    peer.addEventListener('icegatheringstatechange', () => {
      if (peer.iceGatheringState === 'complete') resolve();
    });
  });
}
