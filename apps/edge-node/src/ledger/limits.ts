/** Every limit of ledger and journal, units last. */
export const configGenerationsKept = 3;
export const ledgerKeyOctets = 32;

/** A group commit gathers events at most so long, or so many: most of what it costs is the sync, whatever it carries. */
export const commitWindowMs = 100;
export const commitAtOnceEvents = 256;
/** In one transaction. */
export const commitEventsMax = 2_000;
/** After a failed commit (disk full), the next attempt. */
export const commitRetryMs = 1_000;
/** Events held in memory while the disk takes none: some hundred octets each. */
export const eventsInMemoryMax = 200_000;
/** The newest committed events kept at hand for the uplink, so that it seldom reads the disk. */
export const recentEventsMax = 256;
export const journalOctetsMax = 16 * 1024 ** 3;
/** Who answered whom is written together, so long after the first. */
export const answersWriteMs = 5_000;
/** The pace of queues likewise. */
export const paceWriteMs = 30_000;
/** Of a caller and an agent; the oldest go first. Looked at when the node starts. */
export const answersKeptMax = 200_000;
export const answersKeptMs = 180 * 24 * 3_600_000;
/** Acknowledged events are kept so long for timelines. */
export const acknowledgedKeptMs = 7 * 24 * 3_600_000;
export const pruneFirstMs = 600_000;
export const pruneEveryMs = 3_600_000;
/** Rows deleted in one transaction, so that commits get in between. */
export const pruneRowsMax = 2_000;
