/** a visitor's call: a call to the button's number like any other, whose caller's line is a browser. */
import type { VisitorCommand, NodeToVisitor } from '@seatgrid/contracts/web-call/web-call-messages.ts';
import { BrowserLeg } from '../calls/browser-leg.ts';
import type { Call } from '../calls/call.ts';
import type { Exchange } from '../calls/exchange.ts';
import { performNextStep } from '../calls/next-step.ts';
import { Party } from '../calls/party.ts';
import type { WebButtonAtNode } from '../tenants/tenant-directory.ts';

export type VisitorOutcome =
  { readonly ok: true; readonly call: Call; readonly party: Party; readonly answer: string } | VisitorRefusal;

export interface VisitorRefusal {
  readonly ok: false;
  readonly code: (NodeToVisitor & { kind: 'refusal' })['code'];
  readonly detail: string;
}

export async function openVisitorCall(
  exchange: Exchange,
  { button, did }: WebButtonAtNode,
  { offer, language }: VisitorCommand & { kind: 'call' },
): Promise<VisitorOutcome> {
  const { tenant } = did;
  // A visitor has no number to be called back at.
  const numbers = { fromNumber: '', toNumber: did.number };
  const refusal = exchange.refusal(tenant);
  const entry = tenant.entry.decide({
    fromNumber: '',
    didId: did.id,
    trunkId: null,
    atMs: exchange.services.clock.nowMs(),
  });
  if (refusal || !entry) {
    exchange.countRefusal(tenant, refusal ?? 'no-route', numbers);
    return !entry || refusal === 'suspended'
      ? refuse('closed', 'nobody is called here now')
      : refuse('busy', 'too many calls');
  }
  const call = exchange.open(
    {
      tenant,
      direction: 'inbound',
      ...numbers,
      didId: did.id,
      trunkId: null,
      agentId: null,
      ruleName: entry.rule?.name ?? null,
      webButton: button,
    },
    null,
  );
  const media = call.sound.open();
  if (media.kind === 'refused') {
    call.discard();
    exchange.countRefusal(tenant, 'overload', numbers);
    return refuse('busy', media.detail);
  }
  call.language = language;
  call.variables = new Map([...call.variables, ['language', language]]);
  call.begin();
  const opened = await media.openWebrtcLeg(offer, { key: 'caller' });
  if (opened.kind === 'refused') {
    call.end({ party: 'caller', code: 'media-lost', detail: opened.detail }, null);
    return refuse('media-refused', opened.detail);
  }
  if (call.isEnded) {
    opened.close();
    return refuse('not-available', 'the call is over');
  }
  const party = new Party(new BrowserLeg(opened), null);
  call.run(() => {
    call.customer = party;
    call.listenTo(party.leg);
    performNextStep(call, entry.step);
  });
  return { ok: true, call, party, answer: opened.answerSdp };
}

export function refuse(code: VisitorRefusal['code'], detail: string): VisitorRefusal {
  return { ok: false, code, detail };
}
