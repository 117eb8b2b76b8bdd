import type { CentreToNode } from '@seatgrid/contracts/link/link-messages.ts';
import { VirtualClock } from '@seatgrid/core/kernel/virtual-clock.ts';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import { expect, test } from 'vitest';
import { LivePicture, type NodePhones } from '../realtime/live-picture.ts';
import { relayPhone } from './phone-asks.ts';

const wanted = {
  tenantId: 'acme',
  matchId: 'm',
  callId: 'c',
  queueId: null,
  agentId: 'a',
  extension: '8004',
};
const at = { nodeId: 'near', uri: 'sip:192.0.2.7', token: 'once', fingerprint: null };
const nowhere = [['home', { kind: 'phone-found', tenantId: 'acme', matchId: 'm', at: null }]];

function scene(serving = ['near', 'home', 'far']) {
  const told: [string, CentreToNode][] = [];
  const live = new LivePicture(new VirtualClock());
  const centre = {
    live,
    tellNode: (nodeId: NodeId, message: CentreToNode) => told.push([nodeId, message]) > 0,
    bus: {
      publish: (_topic: string, message: object) =>
        Promise.resolve(live.notePhones(message as unknown as NodePhones)),
    },
  };
  const routes = { servingAt: () => Promise.resolve(serving as NodeId[]) };
  const relay = async (from: string, message: object) => {
    await relayPhone(centre as never, routes, from as NodeId, message as never);
    return told.splice(0);
  };
  const registered = (from: string, added: string[], gone: string[] = [], isWhole = false) =>
    relay(from, { kind: 'phones-registered', tenantId: 'acme', isWhole, added, gone });
  return { relay, registered };
}

test('who has the phone registered is asked, one after the other, and the home is told who takes the call', async () => {
  const { relay, registered } = scene();
  for (const node of ['near', 'far']) await registered(node, ['8004', '8005']);
  const first = { kind: 'phone-asked', ...wanted, isIdle: true, homeNodeId: 'home', others: ['far'] };
  expect(await relay('home', { kind: 'phone-wanted', ...wanted, isIdle: true })).toEqual([['near', first]]);
  expect(await relay('near', { ...first, kind: 'phone-refused' })).toEqual([
    ['far', { ...first, others: [] }],
  ]);
  const kept = { kind: 'phone-kept', tenantId: 'acme', matchId: 'm', homeNodeId: 'home', at };
  expect(await relay('far', kept)).toEqual([
    ['home', { kind: 'phone-found', tenantId: 'acme', matchId: 'm', at }],
  ]);
});

test('a phone that is registered nowhere, no longer, for another tenant, or where the tenant is not served, is found nowhere', async () => {
  const ask = { kind: 'phone-wanted', ...wanted };
  const { relay, registered } = scene();
  expect(await relay('home', ask)).toEqual(nowhere);
  await registered('near', ['8004']);
  await registered('near', [], ['8004']);
  await registered('far', ['8004']);
  await registered('far', ['8005'], [], true);
  expect(await relay('home', ask)).toEqual(nowhere);
  await registered('near', ['8004']);
  expect(await relay('home', { ...ask, tenantId: 'other' })).toMatchObject([['home', { at: null }]]);
  const elsewhere = scene(['home', 'far']);
  await elsewhere.registered('near', ['8004']);
  expect(await elsewhere.relay('home', ask)).toEqual(nowhere);
});
