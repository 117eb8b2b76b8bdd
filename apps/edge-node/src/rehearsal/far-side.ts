/**
 * The other end of rehearsed calls: one user agent that calls, and that answers as the line outside and as every agent's phone.
 * It speaks as many makes do, and at both ends of a call.
 */
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import { createSipUserAgent } from '@seatgrid/media/sip/user-agent/create-sip-user-agent.ts';
import type { SipUserAgent } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import { FarSound, type Talk } from './far-sound.ts';
import * as limits from './limits.ts';
import { openManyVoiced } from './other-words.ts';

export class FarSide {
  readonly address: string;
  readonly #clock: Clock;
  readonly #sound: FarSound;
  readonly #sip: SipUserAgent;
  #calls = 0;
  #saidAgain = 0;

  private constructor(address: string, sound: FarSound, parts: { clock: Clock; random: Random }) {
    this.address = address;
    this.#clock = parts.clock;
    this.#sound = sound;
    this.#sip = createSipUserAgent({
      ...parts,
      product: 'Rehearsal',
      openTransport: (listen, clock) => openManyVoiced(listen, clock, () => (this.#saidAgain += 1)),
      listen: [{ protocol: 'udp', address, advertisedAddress: address, port: 0 }],
      handler: {
        trust: () => ({ kind: 'trusted', peer: 'node' }),
        secret: () => undefined,
        onBindings: () => {},
        onInvite: (invite) => {
          const sdp = sound.describe(this.#calls);
          invite.progress(180);
          invite.accept(sdp, { onReinvite: () => sdp, onEnded: () => {} });
          void sound.speak(invite.sdp, this.#talk(1));
        },
      },
    });
  }

  static async open(
    address: string,
    soundAddress: string,
    parts: { clock: Clock; random: Random },
  ): Promise<FarSide> {
    const farSide = new FarSide(address, await FarSound.open(soundAddress, parts), parts);
    await farSide.#sip.start();
    return farSide;
  }

  get port(): number {
    return this.#sip.listening()[0]!.port;
  }

  /** Messages that the node answered only when they were told once more. */
  get saidAgain(): number {
    return this.#saidAgain;
  }

  /** Of one of the ends: longer now and then, and some say nothing. */
  #talk(end: number): Talk {
    const isLong = this.#calls % limits.longTalkEvery === 0;
    return {
      frames: isLong ? limits.longTalkFrames : limits.rehearsedTalkFrames,
      isSilent: (this.#calls + end) % limits.silentEndEvery === 0,
    };
  }

  /** Settles when the call is over, with whether it was answered; `key` is pressed once it is. */
  call(number: string, node: { address: string; port: number }, key: string): Promise<boolean> {
    const call = ++this.#calls;
    // Callers as networks name them, and numbers as they write them.
    const [user, displayName] = call % 2 === 0 ? [`+2${call}`, ''] : [`line${call}`, 'Line'];
    const dialled = call % 3 === 0 ? number : number.slice(1);
    const sdp = this.#sound.describe(call);
    return new Promise((over) => {
      const invite = this.#sip.invite(
        {
          uri: `sip:${dialled}@${node.address}:${node.port}`,
          flow: { protocol: 'udp', ...node },
          from: { user, host: this.address, displayName },
          sdp,
          ringTimeoutMs: limits.rehearsedCallMsMax,
        },
        {
          onProgress: () => {},
          onReinvite: () => sdp,
          onAnswered: ({ sdp, dialog }) => {
            void this.#sound.speak(sdp, this.#talk(0), key).then(() => dialog.bye());
          },
          onFailed: () => over(false),
          onEnded: () => over(true),
        },
      );
      this.#clock.after(limits.rehearsedCallMsMax, () => {
        invite.cancel();
        over(false);
      });
    });
  }

  async close(): Promise<void> {
    await this.#sip.close();
    await this.#sound.close();
  }
}
