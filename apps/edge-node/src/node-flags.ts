/**
 * How a node's process is started: with which of V8's own switches. A small young generation is collected often and within
 * milliseconds, where V8's own choice holds everything up for up to forty; an old one that grows by a third at a time is
 * collected before it takes twice the memory it needs.
 */
export const nodeFlags = ['--max-semi-space-size=8', '--heap-growing-percent=30'];
