import type { CentreToNode } from '@seatgrid/contracts/link/link-messages.ts';
import type { NodeId } from '@seatgrid/core/kernel/ids.ts';
import { expect, test } from 'vitest';
import { relayEar } from './ear-asks.ts';

const asked = { tenantId: 'acme', matchId: 'm', agentId: 'ann', act: 'listen', token: 'a.b.c' };
const wanted = { kind: 'ear-wanted', ...asked };
const refused = (code: string) => ({
  kind: 'ear-told',
  tenantId: 'acme',
  matchId: 'm',
  outcome: { kind: 'refused', code, detail: expect.any(String) as string },
});

function scene(floors: Readonly<Record<string, string>>, isUp: (node: string) => boolean = () => true) {
  const told: [string, CentreToNode][] = [];
  const tellNode = (nodeId: NodeId, message: CentreToNode) =>
    isUp(nodeId) && told.push([nodeId, message]) > 0;
  const floorsOf = () =>
    Object.entries(floors).map(([nodeId, state]) => ({
      nodeId,
      floor: { agents: [{ agentId: 'ann', state }] },
    }));
  const routes = { isServedAt: (_tenant: string, node: string) => Promise.resolve(node !== 'strange') };
  return async (from: string, message: object) => {
    await relayEar(
      { tellNode, live: { floorsOf } as never },
      routes as never,
      from as NodeId,
      message as never,
    );
    return told.splice(0);
  };
}

test('the node that has the agent is asked, and what it says goes back to the one that wanted it', async () => {
  const relay = scene({ near: 'offline', far: 'talking', own: 'offline' });
  expect(await relay('own', wanted)).toEqual([['far', { kind: 'ear-asked', earNodeId: 'own', ...asked }]]);
  const outcome = { kind: 'released' };
  const answered = { kind: 'ear-answered', tenantId: 'acme', matchId: 'm', earNodeId: 'own', outcome };
  expect(await relay('far', answered)).toEqual([
    ['own', { kind: 'ear-told', tenantId: 'acme', matchId: 'm', outcome }],
  ]);
});

test('an agent who is signed in nowhere, at the asking node alone, or at one without a link is in no conversation', async () => {
  expect(await scene({ far: 'offline' })('own', wanted)).toEqual([['own', refused('no-call')]]);
  expect(await scene({ own: 'talking' })('own', wanted)).toEqual([['own', refused('no-call')]]);
  const isUp = (node: string) => node === 'own';
  expect(await scene({ far: 'talking' }, isUp)('own', wanted)).toEqual([['own', refused('no-call')]]);
});

test('a node that does not serve the tenant learns nothing of its agents', async () => {
  expect(await scene({ far: 'talking' })('strange', wanted)).toEqual([['strange', refused('no-such-agent')]]);
});
