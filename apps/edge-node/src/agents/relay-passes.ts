/**
 * Passes to a TURN relay (RFC 8656) for browsers that cannot reach the node by themselves: good for a while, made by whoever shares
 * a secret with the relay, which believes them without asking anybody (coturn's `use-auth-secret`; draft-uberti-behave-turn-rest).
 */
import { createHmac } from 'node:crypto';
import type { RelayPass } from '@seatgrid/contracts/nouns/relay-pass.ts';

export interface RelaysAtHand {
  /** `turn:` and `turns:` addresses, all of which know the secret. */
  readonly urls: readonly string[];
  readonly secret: string;
  readonly seconds: number;
}

export function makeRelayPass(relays: RelaysAtHand, bearer: string, nowMs: number): RelayPass {
  // The name begins with the second the pass ends at; the password is its HMAC.
  const username = `${Math.floor(nowMs / 1_000) + relays.seconds}:${bearer}`;
  const credential = createHmac('sha1', relays.secret).update(username).digest('base64');
  return { urls: [...relays.urls], username, credential };
}
