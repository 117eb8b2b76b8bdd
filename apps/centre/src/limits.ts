/** Every limit of the centre, units last. */
import { hourMs, minuteMs, secondMs } from '@seatgrid/core/kernel/duration.ts';

export const jsonBodyOctetsMax = 2 * 1024 * 1024;
export const promptUploadOctetsMax = 60 * 1024 * 1024;

/** Wrong guesses before an e-mail is locked, and for how long: doubled with each further guess, to the most. */
export const loginFailuresMax = 5;
export const loginLockMs = minuteMs;
export const loginLockMostMs = 15 * minuteMs;
/** Comparisons of passwords at one time: each takes 19 MiB and a thread. */
export const passwordComparisonsMax = 4;

/** Of a calendar file: this year and those after it, the time and the memory reading may take. */
export const calendarYearsRead = 5;
export const calendarReadMaxMs = 10 * secondMs;
export const calendarReadMegabytesMax = 128;

export const enrolmentTokenMs = hourMs;

export const linkHelloTimeoutMs = 10 * secondMs;
/** Kinds of messages that are not understood, told of one link. */
export const linkUnknownKindsMax = 20;
/** A node tries a connector so long beyond the connector's own time. */
export const connectorTrialGraceMs = 3 * secondMs;
export const linkFrameOctetsMax = 4 * 1024 * 1024;
/** How often the time a node was last heard is written down. */
export const nodeHeardEveryMs = 30 * secondMs;
/** Changes are gathered this long before nodes are told, so that a page saved twice is one generation. */
export const configGatherMs = 100;
/** And looked at again this often, whether or not anybody told of a change. */
export const configReviewEveryMs = minuteMs;

/** What nodes say of their shares of a quota is gathered this long before it is shared out anew. */
export const sharesGatherMs = 100;

/** Nodes that are sent their configuration at one time, and how long a slow one among them is waited for. */
export const configSendsAtOnceMax = 16;
export const configSendMaxMs = 2 * secondMs;

/** Announced waits are held against what came over the last days. */
export const announcedWaitsMs = 7 * 24 * hourMs;

/** How often nodes are looked at for alarms. */
export const alarmLookEveryMs = 2 * secondMs;

/** Of the events set aside, read again when a centre starts. */
export const setAsideReadAtOnce = 500;

export const recordingFetchTimeoutMs = 15 * secondMs;
/** Recordings a node is told of at one time, of those it may bring, and the most of one it brings at once. */
export const copiesToldMax = 20;
export const copyPieceOctetsMax = 1024 * 1024;
/** Days of recordings the console sums up. */
export const recordedDaysTold = 30;
/** As JSON. */
export const ladderOctetsMax = 4 * 1024 * 1024;
/** One message of the bus, where a recording travels between replicas. */
export const recordingRelayOctets = 64 * 1024;

/** Live pictures are sent to portals at most this often. */
export const realtimeFlushMs = 200;
export const realtimeSessionCheckMs = 30 * secondMs;
/** A reader that lets this much pile up is cut off; it comes back and gets the whole picture. */
export const realtimeBufferedOctetsMax = 1024 * 1024;

export const drainTimeoutMs = 10 * secondMs;

/** Mails that are due are looked for so often, beside every news of a message. */
export const mailLookEveryMs = minuteMs;
/** A mail that failed is sent again after this, then twice that, and so on, so many times in all. */
export const mailRetryMs = 2 * minuteMs;
export const mailTriesMax = 8;

/** What-if: replays kept of a tenant, those that wait or run at one time, and what one may take. */
export const whatIfsKeptMax = 100;
export const whatIfsOpenMax = 5;
export const whatIfMaxMs = 15 * minuteMs;
export const whatIfMegabytesMax = 1_024;
/** How often its progress is told, how often replays are looked for, and after what silence another replica begins one anew. */
export const whatIfBeatMs = secondMs;
export const whatIfLookEveryMs = minuteMs;
export const whatIfSilentMs = minuteMs;
export const whatIfDaysTold = 62;
export const callListOctetsMax = 16 * 1024 * 1024;
export const callListKeptMs = hourMs;

/** Matches across nodes: how often time is looked at, and a replica says that it is there. */
export const matchWakeEveryMs = 500;
/** A node is told at most so often of who is signed in at others, and how many wait there. */
export const elsewhereEveryMs = 1_000;
/** A replica that says nothing for so long is gone. */
export const replicaSilentMs = 3 * secondMs;
/** A node where a tenant has neither agents nor calls any more counts for so long among those where it lives. */
export const spreadKeptMs = 10 * minuteMs;
