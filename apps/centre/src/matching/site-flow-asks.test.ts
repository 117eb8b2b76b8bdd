import type { CentreToNode } from '@seatgrid/contracts/link/link-messages.ts';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import { expect, test } from 'vitest';
import { relaySiteFlow } from './site-flow-asks.ts';

const asked = { tenantId: 'acme', matchId: 'm', callId: 'c', flowId: 'survey' };
const at = { nodeId: 'near', uri: 'sip:192.0.2.7', token: 'once', fingerprint: null };

function scene({ serving, isUp = () => true }: { serving: string[]; isUp?: (node: string) => boolean }) {
  const told: [string, CentreToNode][] = [];
  const tellNode = (nodeId: NodeId, message: CentreToNode) =>
    isUp(nodeId) && told.push([nodeId, message]) > 0;
  const routes = { servingAt: () => Promise.resolve(serving as NodeId[]) };
  const relay = async (from: string, message: object) => {
    await relaySiteFlow({ tellNode }, routes, from as NodeId, message as never);
    return told.splice(0);
  };
  return relay;
}

const wanted = { kind: 'site-flow-wanted', siteId: 'third', ...asked };

test('the nodes of a site are asked one after the other, and the home is told of the first that takes it', async () => {
  const relay = scene({ serving: ['near', 'home', 'far'] });
  const first = { kind: 'site-flow-asked', ...asked, homeNodeId: 'home', others: ['far'] };
  expect(await relay('home', wanted)).toEqual([['near', first]]);
  const second = { ...first, others: [] };
  expect(await relay('near', { ...first, kind: 'site-flow-refused' })).toEqual([['far', second]]);
  const kept = { kind: 'site-flow-kept', tenantId: 'acme', matchId: 'm', homeNodeId: 'home', at };
  expect(await relay('far', kept)).toEqual([
    ['home', { kind: 'site-flow-found', tenantId: 'acme', matchId: 'm', at }],
  ]);
});

test('where all refuse, none is linked, or the tenant is served at none, the home is told so at once', async () => {
  const nowhere = [['home', { kind: 'site-flow-found', tenantId: 'acme', matchId: 'm', at: null }]];
  expect(await scene({ serving: [] })('home', wanted)).toEqual(nowhere);
  const last = { kind: 'site-flow-refused', ...asked, homeNodeId: 'home', others: [] };
  expect(await scene({ serving: [] })('near', last)).toEqual(nowhere);
  const isUp = (node: string) => node === 'home';
  expect(await scene({ serving: ['near'], isUp })('home', wanted)).toEqual(nowhere);
});
