import { expect, test } from 'vitest';
import type { SiteDistance } from '../fleet/site-distance.ts';
import type { NodeId, SiteId } from '../kernel/ids.ts';
import { preRoute, type RouteNode, type RouteQuestion } from './pre-route.ts';

/** Node `7` stands at site `7`, seven kilometres from node `0`. */
const node = (name: string, free: number, takesCalls = true): RouteNode => ({
  nodeId: name as NodeId,
  siteId: name as SiteId,
  free,
  takesCalls,
});
const distance: SiteDistance = (from, to) => Math.abs(Number(from) - Number(to));
const led = (nodes: readonly RouteNode[], question: Partial<RouteQuestion> = {}) =>
  preRoute({ nodeId: '0' as NodeId, needsAgent: true, mayStay: true, ...question }, nodes, distance).map(
    ({ nodeId }) => nodeId,
  );

test.each([
  { title: 'stays where an agent is free', nodes: [node('0', 1), node('1', 9)], to: [] },
  { title: 'stays where none is free anywhere', nodes: [node('0', 0), node('1', 0)], to: [] },
  {
    title: 'is led to the nearest node with a free agent, the others after it',
    nodes: [node('0', 0), node('7', 5), node('2', 1), node('1', 0)],
    to: ['2', '7'],
  },
  {
    title: 'is not led to a node that is lost, drained, or does not carry the tenant',
    nodes: [node('0', 0), node('1', 3, false)],
    to: [],
  },
  {
    title: 'needs no agent and stays',
    question: { needsAgent: false },
    nodes: [node('0', 0), node('1', 1)],
    to: [],
  },
  {
    title: 'cannot stay: an agent who is free elsewhere is best',
    question: { mayStay: false },
    nodes: [node('0', 1), node('1', 0), node('5', 1)],
    to: ['5'],
  },
  {
    title: 'cannot stay and nobody is free: it waits at the nearest that takes it',
    question: { mayStay: false },
    nodes: [node('0', 0), node('4', 0), node('3', 0), node('1', 0, false)],
    to: ['3', '4'],
  },
  {
    title: 'came to a node nobody knows of',
    question: { nodeId: '9' as NodeId, mayStay: false },
    nodes: [node('1', 1), node('2', 2)],
    to: ['2', '1'],
  },
] as { title: string; question?: Partial<RouteQuestion>; nodes: RouteNode[]; to: string[] }[])(
  'a call $title',
  ({ nodes, question, to }) => expect(led(nodes, question)).toEqual(to),
);
