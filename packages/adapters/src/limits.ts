/** Every limit of the adapters, units last. */
export const postgresStartTimeoutMs = 60_000;
export const postgresStopTimeoutMs = 15_000;
/** How long a dying predecessor (its parent killed a moment ago) may take to leave the data folder. */
export const postgresPredecessorTimeoutMs = 12_000;
export const postgresStartAttemptsMax = 3;
export const postgresLogLinesMax = 60;

export const poolConnectionsMax = 16;
export const poolAcquireTimeoutMs = 5_000;
export const poolWaitersMax = 2_000;
export const poolDrainTimeoutMs = 10_000;

/** Months of call partitions kept ready beyond the present one. */
export const partitionMonthsAhead = 6;

/** Publications of one flow that are listed, newest first. */
export const flowVersionsListedMax = 200;
/** Earlier calls a screen pop shows. */
export const screenPopCallsMax = 5;

export const busStreamEntriesMax = 10_000;
export const busReadEntriesMax = 1_000;

export const sessionTokenSeconds = 12 * 60 * 60;
/** To open a supervision socket with, at once. */
export const supervisionTokenSeconds = 60;
export const deskTokenSeconds = 12 * 60 * 60;
export const nodeLinkTokenSeconds = 60;
export const nodeClockToleranceSeconds = 300;
export const nodeTokenLastsSecondsMax = 3_600;

// Connectors
export const connectorIdleMs = 60_000;
export const connectorWaitersMax = 200;
/** How often what has come of an answer is measured. */
export const connectorLookEveryMs = 50;
export const httpRedirectsMax = 5;
export const amqpIdleMs = 30_000;
export const oracleOutOctetsMax = 4_000;

// Mail
export const smtpConnectionsMax = 2;
export const smtpTimeoutMs = 20_000;

// Speech
export const espeakMaxMs = 20_000;
/** Of espeak-ng's sound, 22.05 kHz 16-bit: some minutes. */
export const espeakOctetsMax = 32 * 1024 * 1024;
/** What the model takes at once. */
export const kokoroTokensMax = 500;
export const kokoroThreads = 2;
export const kokoroIdleMs = 60_000;
export const sentencePauseMs = 250;

// Extensions
export const sandboxThreadsMax = 2;
/** By the clock on the wall: a machine that has much else to do is slower, which is not the function's fault. */
export const sandboxRunWallMsMax = 5_000;
export const sandboxIdleMs = 60_000;
export const sandboxStackMegabytes = 8;
