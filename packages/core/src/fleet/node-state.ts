/** What operators have decided of a node: it serves, it takes nothing new, or it will not come back and waits to be replaced. */
export const nodeStates = ['serving', 'draining', 'lost'] as const;
export type NodeState = (typeof nodeStates)[number];
