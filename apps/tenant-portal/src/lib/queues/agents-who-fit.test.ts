import { expect, test } from 'vitest';
import type { SkillRequirement } from '@seatgrid/core/routing/queue.ts';
import { agentsWhoFit } from './agents-who-fit.ts';

const skill = (skillId: string, level: number) => ({ skillId, level }) as unknown as SkillRequirement;
const lin = { name: 'Lin', skills: [skill('en', 5), skill('sales', 3)] };
const wu = { name: 'Wu', skills: [skill('en', 4)] };

test('an agent fits who has every skill at its level or above', () => {
  expect(agentsWhoFit([lin, wu], [skill('en', 4)])).toEqual([lin, wu]);
  expect(agentsWhoFit([lin, wu], [skill('en', 5)])).toEqual([lin]);
  expect(agentsWhoFit([lin, wu], [skill('en', 1), skill('sales', 4)])).toEqual([]);
});

test('a queue that asks for nothing is served by all', () => {
  expect(agentsWhoFit([lin, wu], [])).toEqual([lin, wu]);
});
