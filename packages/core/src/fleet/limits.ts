/** Above this share of a core a node's loop is an alarm: it refuses new calls soon after. */
export const nodeLoadAlarm = 0.85;
/** A node with a living link that owes more events than this does not get them through. */
export const deliveryBacklogEventsMax = 5_000;
/** Nodes one tenant may be placed at by name. */
export const placedNodesMax = 500;
