/**
 * B-06: a call that came by a reserved number, of which the carrier does not show that it is its node's: whoever it is, and whoever serves them,
 * do not hear each other before that node has said that its own line was answered just now. A stranger has rung an agent, and no more.
 */
import type { Call } from '../calls/call.ts';
import type { HomeLeg } from './home-leg.ts';

const stranger = { party: 'trunk', code: 'unreachable', detail: 'a stranger called the number' } as const;

/** The line is answered. `join`: what follows of it. */
export function proveHome(call: Call, leg: HomeLeg, token: string | undefined, onProven: () => void): void {
  if (leg.isProven || token === undefined) return onProven();
  leg.prove((isHome) => {
    if (call.isEnded) return;
    if (isHome) return onProven();
    const { services, id: callId } = call;
    services.log.warn({ callId, nodeId: leg.nodeId }, 'a reserved number was called by a stranger');
    // Its own call may still be on its way, and finds nobody.
    services.visitLines.callOff({ nodeId: leg.nodeId, token }, 'withdrawn');
    call.end(stranger, null);
  });
}

/** The two of a conversation. */
export function keepApart(call: Call): () => void {
  const parties = [call.customer, call.partner];
  const stand = (isMuted: boolean) => {
    for (const party of parties) if (party) party.isMuted = isMuted;
    call.sound.arrange();
  };
  stand(true);
  return () => stand(false);
}
