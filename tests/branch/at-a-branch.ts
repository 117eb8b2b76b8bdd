/** Set up before each file of the project `branch`: every node that a file would have started by itself is one of a far site. */
import { afterAll, beforeAll, expect } from 'vitest';
import { seatNodesAt } from '../../apps/edge-node/test/node-seats.ts';
import { Branch } from './branch.ts';

let branch: Branch | undefined;

beforeAll(async () => {
  branch = await Branch.open();
  seatNodesAt(branch);
}, 120_000);

afterAll(async () => {
  seatNodesAt(null);
  const strange = await branch?.setAside();
  const stored = await branch?.callsStored();
  await branch?.close();
  expect(strange, 'what the centre did not understand of its nodes').toEqual([]);
  expect(stored, 'calls the centre has whole').toBeGreaterThan(0);
}, 60_000);
