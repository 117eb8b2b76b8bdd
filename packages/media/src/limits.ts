/** Every limit of the media packages, units last. */

// SIP messages
export const sipMessageBytesMax = 65_535;
export const sipHeadersMax = 256;
export const sipHeaderCharsMax = 8_192;
/** RFC 3261 §8.1.1.5: a sequence number fits 32 bits. */
export const sipCseqMax = 0xffff_ffff;
export const sipMaxForwards = 70;

// RTP
/** Longer packets are no telephone's. */
export const rtpPacketOctetsMax = 2_048;
/** Frames gathered before play-out starts. */
export const jitterDepthFramesDefault = 2;
/** More delay than this is cut. */
export const jitterDepthFramesMax = 12;
/** Frames made up in a row before a source counts as having paused. */
export const jitterConcealedFramesMax = 5;
/** Share of packets that play-out waits for. */
export const jitterInTimeShare = 0.93;
/** So many packets after their turn, one after another, mean that the path has become longer. */
export const jitterLateInARowMax = 3;
/** A surplus must last this long before a frame is shed. */
export const jitterSurplusWindowFrames = 250;
/** How long a surplus waits for a quiet frame. */
export const jitterDropFramesMax = 100;
/** A digit whose end was never received ends this long after its last packet. */
export const digitLostMs = 200;
export const digitsQueuedMax = 64;
/** A latched source may be succeeded by another port of an allowed address after this long without a packet. */
export const latchHoldMs = 1_000;
/** A leg from which nothing comes for this long is reported silent, once. */
export const legSilentMs = 30_000;
/** A browser speaks without pause, even when muted: its silence means it is gone. ICE itself would notice after half a minute. */
export const browserSilentMs = 5_000;
export const rtcpIntervalMs = 5_000;
/** A longer way there and back is a mistake of the far end's clock. */
export const roundTripMsMax = 10_000;
/** A leg that hears another which says nothing is sent a frame of silence this often: some carriers take no packets for a dead call. */
export const keepAliveMs = 1_000;
/** Sound goes this long to an address that the signalling did not come from and that never answers; then it waits to hear from there. */
export const unansweredSoundMsMax = 30_000;
/** Places a leg's sound is told of one by one, and descriptions of its far end. */
export const mediaPlacesMax = 16;

// SRTP
/** The key stream of a packet is laid out in memory of this size. */
export const srtpPacketOctetsMax = rtpPacketOctetsMax;
/** RFC 3711 §3.3.2: at least 64. */
export const replayWindowPackets = 128;
/** Streams a key is remembered for in one direction: a far end that restarts has another. */
export const srtpSourcesMax = 4;

// Sound
export const wavOctetsMax = 200 * 1024 * 1024;
export const promptPartsMax = 200;
export const promptCacheOctetsMax = 64 * 1024 * 1024;
/** A file that was looked at is not looked at again for so long. */
export const promptTrustedMs = 1_000;
/** Sound of a recording held in memory before it is written: what a crash can cost. */
export const recordingFlushMs = 1_000;
/** Octets a recording may fall behind a slow disk before it is given up. */
export const recordingBacklogOctetsMax = 8 * 1024 * 1024;

/** Kept of the silence before an utterance, and after. */
export const utteranceEdgeMs = 300;
/** What a caller says in one go is cut there. */
export const utteranceMsMax = 12_000;

/** Samples of one packet of another codec than G.711 that are looked at: RFC 6716 §2.1.4 has no longer one than 120 ms. */
export const edgeSamplesMax = 960;
/** More than a telephone's band needs, forward error correction included. */
export const opusBitRateMax = 24_000;
/** RFC 7587 §6.1: no far end may ask for less. */
export const opusBitRateMin = 6_000;
/** Of 0 to 10; what lies above costs time that nobody hears in a telephone's band. */
export const opusComplexity = 4;
/** What a packet tells of the one before it is worth its octets on a link that loses so many. */
export const opusExpectedLossPercent = 10;
/** Lost in a row, so much is asked of the codec; what is missing beyond is made up like any other pause. */
export const opusRecoveredMsMax = 100;

// Media workers
export const legsPerCallMax = 32;
/** Sockets each worker keeps bound ahead of need. */
export const socketsSpareMax = 64;
/** Where there were no descriptors for them, they are asked for again after this. */
export const socketsRetryMs = 1_000;
/** Ports handed back rest this long before they serve another leg. */
export const portRestMs = 1_000;
/** Those handed back one soon after another are offered together. */
export const portRestStepMs = 100;
/** Where packets are fetched in company: how often while anybody listens. */
export const ringPollMs = 4;
/** After more packets than these at once the next wait half as long: to pass them on takes time, too, and both together are what sound waits here. */
export const ringCrowdPackets = 40;
export const ringCrowdedPollMs = 2;
/** And how often while none of it is passed on or mixed: digits, and sound that nobody hears. */
export const ringUnhurriedPollMs = 5;
/** Whoever speaks sends the next packet within this, however much of their sound they put into one (RFC 3551 §4.2: 200 ms at most, 20 as a rule). */
export const speechGapMsMax = 250;
/** And so far apart are a worker's turns then, while it has frames of its own to send that often. */
export const unhurriedTurnMs = ringUnhurriedPollMs;
/** A shorter rest costs more than it spares. */
export const loopRestMsMin = 0.3;
/** After so many fetches that brought nothing the first packet has to ring; where it cannot, the next are this far apart. */
export const ringSilentPollsMax = 50;
export const ringSilentPollMs = 8;
export const ringRestMs = 100;
/** Entries into the kernel, of some twenty packets each, before others of the worker have their turn. */
export const ringTurnsMax = 64;
/** The proof that it works here takes no longer. */
export const ringTrialMsMax = 500;
/** Above this share of a worker's time new calls are refused: timers starve soon after. */
export const workerLoadMax = 0.9;
export const workerRestartsMax = 20;
/** A media worker tells its load every second: one that told nothing for so many of the node's seconds hangs, and another takes its place. */
export const workerSilentSecondsMax = 15;
/** One that tells of so much for so many seconds, while it has no call, is busy with nothing that it was asked for. */
export const workerIdleLoadMax = 0.5;
export const workerIdleSecondsMax = 30;
export const workerCloseMsMax = 5_000;
/** V8's own switch: whoever collects what died young does so without waiting for helping threads, which may not get a turn meanwhile. */
export const collectsYoungAlone = '--no-parallel-scavenge';
/** V8's own switch: no collection for the sake of rest, which would find no call alive and take the code of calls for dead with them. */
export const keepsCompiledInQuiet = '--no-memory-reducer';
/** A media worker's heap may fill this before its old generation is collected. */
export const spaciousWorkerHeapOctets = 40 * 2 ** 20;
/** What dies young is collected in small portions, as the mixer's next frame is never more than 20 ms away. */
export const mediaWorkerFlags = ['--max-semi-space-size=8', collectsYoungAlone, keepsCompiledInQuiet];
/** A message to or from a worker that nobody waits for travels with one that somebody does, or without one after this. */
export const companyRestMs = 50;
/** What may lie in each direction between a node and a media worker before it waits outside; a power of two. */
export const channelRingOctets = 2 ** 18;
/** And then it is tried again this often. */
export const channelRetryMs = 5;
/** What a worker tells of legs and calls that are over: for the record. */
export const reportingRestMs = 150;
/** Frames a late tick makes good at once; sound older than that would only be thrown away where it goes. */
export const ticksCaughtUpMax = 10;
/** Packets of a media worker's own that the system may not have taken yet. */
export const ownPacketBuffers = 1_024;
export const iceConnectMsMax = 15_000;
export const offerOctetsMax = 65_536;

// SIP transports
export const sipUdpReceiveBufferBytes = 4 * 1024 * 1024;
export const sipConnectionsMax = 10_000;
/** Of one address, or of one IPv6 network: a branch office whose phones stand behind one address. */
export const sipConnectionsPerSourceMax = 2_000;
/** All of a branch's phones come back at once after a power cut. */
export const sipConnectionsUnprovenPerSourceMax = 500;
/** A connection over which nobody has proven who he is ends after this. */
export const sipConnectionProofMs = 30_000;
/** And one that was proven, after so long without an octet: longer than any registration lasts. */
export const sipConnectionSilentMs = 7_500_000;
export const sipTcpKeepAliveMs = 60_000;
export const sipTlsHandshakeMs = 10_000;
export const sipTcpConnectTimeoutMs = 5_000;
/** From the first octet of a message to its last. */
export const sipTcpMessageTimeoutMs = 10_000;
export const sipTcpUnsentBytesMax = 1024 * 1024;

/** Of so many addresses it is remembered that they have sent, so that what they send shares that knowledge. */
export const sipUdpFlowsKept = 1_000;

// SIP transactions
export const sipTransactionsMax = 200_000;
/** What lingers after its end (RFC 3261 §17: timers D, I, J, K; RFC 6026: L, M) is forgotten this often. */
export const sipLingerStepMs = 250;

// SIP digest
/** A proof made with an older nonce is asked for again. */
export const sipNonceLifeMs = 300_000;
export const sipNoncesMax = 100_000;

// SIP admission
/** Requests of a source nobody behind which is known: all phones of an office come back at once after a power cut. */
export const sipStrangerRequestsBurst = 500;
export const sipStrangerRequestsPerSecond = 100;
/** How long a proof speaks for the address it came from. */
export const sipSourceKnownMs = 3_600_000;
export const sipSourcesRememberedMax = 50_000;
/** Wrong passwords that cost nothing, for one source and for one user from all sources. */
export const sipGuessesPerSourceMax = 20;
export const sipGuessesPerUserMax = 10;
/** One wrong password is forgiven in so long. */
export const sipGuessForgiveMs = 60_000;
/** The first time out; each further one is twice as long. */
export const sipGuessShutMsMin = 30_000;
export const sipGuessShutMsMax = 3_600_000;

// SIP registrar
export const sipBindingsPerUserMax = 10;
/** Proxies between us and a phone. */
export const sipPathsMax = 10;
export const sipExpiresSecondsDefault = 3_600;
export const sipExpiresSecondsMin = 60;
export const sipExpiresSecondsMax = 7_200;
/** Of the message-waiting light: a phone asks once, and again after a restart before the first has ended. */
export const sipMessageSubscriptionsPerUserMax = 10;
export const sipMessageSubscriptionsMax = 20_000;

// Our registrations with others
/** Longer ones are cut to it: a registrar that forgot us must not stay so for longer. */
export const sipRegistrationSecondsMax = 86_400;
/** The first pause after a failure, and the longest. */
export const sipRegistrationBackOffMs = 5_000;
export const sipRegistrationBackOffMaxMs = 300_000;
/** However short a registrar grants it. */
export const sipRefreshPauseMinMs = 1_000;

// SIP servers
/** SRV records of one name, and addresses of one host, that are looked at. */
export const sipServersMax = 16;

// SIP user agent
/** RFC 3261 §13.3.1.1: a provisional answer is repeated each minute, or proxies give the call up. */
export const sipProgressRepeatMs = 60_000;
/** Branches of a forked call that are followed before one of them answers. */
export const sipForksMax = 20;
/** RFC 4028 §4: half an hour without a sign of life ends a session; less than a minute and a half is not worth the messages. */
export const sipSessionSecondsDefault = 1_800;
export const sipSessionSecondsMin = 90;
/** A refresh that was refused for the moment is tried again after this. */
export const sipRefreshRetryMs = 10_000;
/** RFC 3515 §2.4.4: the referrer is told how the reference goes for so long at most. */
export const sipReferralSecondsMax = 120;

// SDP
export const sdpCharsMax = 32_768;
export const sdpMediaMax = 16;
export const sdpCryptoLinesMax = 16;
/** What far ends say of their sound, kept as it was read, and of no greater length. */
export const sdpTermsKept = 200;
export const sdpTermsCharsMax = 1_000;

// Tones of lines we dialled
/** Every frame is looked at for so long from the first on; later for so long after what sounded like a tone. */
export const tonesAttendedAtFirstFrames = 250;
export const tonesAttendedFrames = 250;
/** Otherwise one packet of so many. */
export const tonePacketsPerGlance = 4;

// Speech
/** Loudness of speech while someone speaks, and what its peaks may reach, of full scale. */
export const speechLevelDb = -19;
export const speechPeakDb = -2;
/** Silence left before and after. */
export const speechEdgeSilenceMs = 40;

// Fax
/** Packets that wait for one that overtook none of them: it is lost. */
export const faxReorderedPacketsMax = 5;
/** A line from which nothing came for so long is dead, and T.30's timers go by the clock. */
export const faxDeadLineMs = 1_000;
/** One fax: some sixty full pages at the slowest rate of T.30 that telephone lines still have. */
export const faxMsMax = 3_600_000;
export const faxOctetsMax = 32 * 1024 * 1024;
export const faxPagesMax = 500;
/** Memory of a process that receives a fax; it takes some 70 MB. */
export const faxProcessOctetsMax = 256 * 1024 * 1024;
/** How often a fax is looked at for what it has grown to. */
export const faxLookEveryMs = 1_000;
/** Loading the library, and writing what came when the line is lost. */
export const faxOpenMsMax = 15_000;
export const faxCloseMsMax = 15_000;
