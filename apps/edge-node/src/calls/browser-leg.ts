/** An agent's browser. Its signalling is the desk socket, so that releasing it is closing its sound. */
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
