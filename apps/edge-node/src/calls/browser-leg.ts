/** A browser: an agent's, a supervisor's, a visitor's. Its signalling is a socket of its own, so that releasing it is closing its sound. */
import type { LegKey, WebrtcLeg } from '@seatgrid/media/call/media-engine.ts';
import { deafListener, type CallLeg, type LegListener } from './call-leg.ts';

export class BrowserLeg implements CallLeg {
  readonly key: LegKey;
  readonly media: WebrtcLeg;
  readonly isHolding = false;
  listener: LegListener = deafListener;

  constructor(media: WebrtcLeg) {
    this.key = media.key;
    this.media = media;
  }

  release(): void {
    this.listener = deafListener;
    this.media.close();
  }
}
