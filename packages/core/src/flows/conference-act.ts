/** D-08: what may be done to one named party of a conference, by whoever serves in it or by a flow. */
export const conferenceActs = ['let-in', 'keep-out', 'drop'] as const;
export type ConferenceAct = (typeof conferenceActs)[number];
