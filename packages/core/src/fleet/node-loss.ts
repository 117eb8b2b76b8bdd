/** What is gone with a node that is lost for good: the end of a call's record, or what lay there alone. */
export const lossKinds = ['record', 'recording', 'voice-message', 'fax'] as const;
export type LossKind = (typeof lossKinds)[number];
