/** Every limit of the line to the centre, units last. */
import { dayMs, minuteMs } from '@seatgrid/core/kernel/duration.ts';

export const reconnectFirstMs = 500;
export const reconnectMaxMs = 10_000;
/** A centre that comes back is there when its link has stayed so long. */
export const centreReturnMs = 30_000;
export const connectMaxMs = 8_000;

/** What the line carries is told so often. */
export const trafficToldEveryMs = minuteMs;

/** In one message (the contract allows no more). */
export const eventsPerMessageMax = 200;
/** Sent and not yet acknowledged: from the least, as far as nothing waits behind them longer than this (`event-window.ts`). */
export const eventsInFlightMin = 100;
export const eventsInFlightMax = 2_000;
export const eventsWaitMostMs = 100;
/** Events gather this long: the floor is what people watch, and it does not wait for them. */
export const eventsGatherMs = 100;
/** Without progress for this long, what is unacknowledged is told again. */
export const acknowledgeMaxMs = 15_000;

/** What floors may take of a thin line, so that all of a busy site of 200 agents stays below 32 kbit/s; beyond it they come more seldom, never later than they were true. */
export const floorOctetsPerSecondMax = 1_500;
/** The share above may be saved up this long. */
export const floorBurstMs = 2_000;

/** Kinds of messages that are not understood, told of in the log. */
export const unknownKindsMax = 20;

/** A new config is reported as applied when its prompts are here, or after so long without them. */
export const promptsAwaitedMaxMs = 15_000;

/** Recordings on the line beside the link (`line-share.ts`): what the link may wait for them, and how fast they go. */
export const recordingsWaitMostMs = 50;
export const recordingOctetsPerSecondFirst = 32_000;
/** Two listeners' worth; so much they get whatever else the line carries. */
export const recordingOctetsPerSecondMin = 8_000;
export const recordingOctetsPerSecondMax = 100_000_000;
/** Two seconds of sound, at once: whoever seeks hears something. */
export const recordingBurstOctets = 8_000;
export const recordingPieceOctetsMin = 1_400;
export const recordingPieceOctetsMax = 64 * 1024;
/** So long after an answer the link is asked again, while recordings are under way. */
export const recordingPingEveryMs = 100;
/** What is uploaded waits until nobody was sent a recording for so long. */
export const recordingFetchedGapMs = 1_000;
/** A gap is looked for so often. */
export const uploadLookEveryMs = minuteMs;
/** More that waits to be told than this is no gap. */
export const uploadPendingEventsMax = 100;
/** One request carries so much of a recording: what the line takes in this time, within bounds. */
export const uploadPieceMs = 2_000;
export const uploadPieceOctetsMin = 32 * 1024;
export const uploadPieceOctetsMax = 1024 * 1024;
/** The quickest way around is believed so long, and once more. */
export const lineQuickestKeptMs = 5 * minuteMs;

export const linkFrameOctetsMax = 64 * 1024 * 1024;
export const recordingFetchesAtOnceMax = 4;
export const recordingFetchesWaitingMax = 200;
/** Recordings of which is remembered that their file is what was recorded. */
export const recordingsKnownMax = 1_000;
/** Of flows, to connectors that run at the centre. */
export const connectorQuestionsMax = 1_000;
/** The way there and back, beyond the connector's own time. */
export const connectorAnswerGraceMs = 1_000;
export const requestMaxMs = 30_000;
/** A recording of which nothing more is taken for so long is given up. */
export const recordingStillMaxMs = 300_000;
/** The link token's life; the centre believes none older. */
export const linkTokenSeconds = 60;
/** A node's key is changed when it is as old as this; looked at when the link comes up and so often. */
export const nodeKeyAgeMaxMs = 90 * dayMs;
export const nodeKeyLookEveryMs = dayMs;
