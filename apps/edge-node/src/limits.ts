/** Every limit of the node's call path, units last. Limits of SIP and media stand in `@seatgrid/media/limits.ts`. */

// Calls
/** Hand-overs (queue full → flow → queue full…) a call may make without once waiting for anything. */
export const handOversWithoutWaitingMax = 20;
/** What a missing or failed prompt sounds like: short enough not to be noticed, long enough not to spin. */
export const missingSpeechMs = 200;
/** A prompt that cannot be played lasts so long, so that a flow of them cannot spin. */
export const failedSpeechMs = 200;
/** So does a dial that finds no line. */
export const failedDialMs = 200;
/** Tone after the other side hung up, before the line is closed. */
export const releaseToneMs = 1_500;
/** A refused caller is told why for at most this long before the final status. */
export const refusalSpeechMaxMs = 8_000;
export const refusalsSpokenAtOnceMax = 50;
/** An outgoing call placed by a person rings so long. */
export const dialRingTimeoutMs = 60_000;
/** A colleague, and a phone before its owner's own call is placed. */
export const internalRingTimeoutMs = 30_000;
/** Customer, agent and whoever they bring in. */
export const callMembersMax = 8;
export const transferRingTimeoutMs = 25_000;
/** D-16: of one tenant's files at a node. */
export const tenantFilesMax = 500;
export const tenantFilesBytesMax = 10_000_000;
export const tenantFileBytesMax = 100_000;
/** Characters of what a step's fault says, told to the record. */
export const faultCharsToldMax = 300;
export const collectedVariablesMax = 50;
export const retryAfterSeconds = 5;

// Trunks
/** A trunk that does not even say 100 is given up for the next one: three retransmissions (RFC 3261 §17.1.1.2). */
export const trunkSilenceMs = 4_000;
/** Proxies a registrar may put before our calls. */
export const serviceRoutesMax = 10;
/** Registrars are given so long to take a contact back. */
export const unregisterMaxMs = 1_000;
export const trunkProbeTimeoutMs = 4_000;
export const trunkHealthLimits = {
  probeEveryMs: 30_000,
  secondProbeMs: 2_000,
  restMs: 10_000,
  restMaxMs: 300_000,
  missedMax: 2,
};

/** A server of several that did not answer is tried last so long. */
export const serverRestMs = 30_000;

// TLS
/** Certificates on disk are looked at so often, and at SIGHUP. */
export const tlsLookEveryMs = 60_000;
/** A certificate of the node's own, which nobody but other nodes looks at. */
export const ownCertificateDays = 3_650;

// Names
export const nameAskTimeoutMs = 1_500;
/** Every server is asked so often before the question counts as unanswered. */
export const nameAskRounds = 2;
/** Of an answer by UDP (RFC 6891): what passes every network in one piece. */
export const nameUdpBytesMax = 1_232;
export const nameAnswerBytesMax = 65_537;
export const nameAliasesMax = 8;
export const nameLifeMsMin = 5_000;
export const nameLifeMsMax = 3_600_000;
/** That there is no such name is believed so long where nobody says how long, and so are this machine's own files. */
export const nameMissingLifeMs = 60_000;
/** Where nobody could be asked, the question is put again after this, later and later. */
export const locateAgainMs = 2_000;
export const locateAgainMsMax = 60_000;

// Agents and desks
export const deskHelloMaxMs = 5_000;
export const deskFrameBytesMax = 65_536;
export const desksPerAgentMax = 8;
export const desksMax = 5_000;
export const deskCommandsPerSecondMax = 20;
export const deskSilentMaxMs = 30_000;
export const deskUnsentBytesMax = 4 * 1024 * 1024;
/** A desk's own changes are sent at once, then at most this often. */
export const deskStateEveryMs = 100;
/** Changes of others (queues, colleagues) are gathered this long. */
export const deskSurroundingsEveryMs = 500;
/** A desk that reloads comes back within this; later the agent is paused. */
export const deskGraceMs = 15_000;
/** An agent whose desk stays away so long is signed out. */
export const deskGoneMaxMs = 900_000;
/** Sound of a browser is looked for this long after its socket closed, before the caller gets music. */
export const browserSilenceCheckMs = 700;
/** The caller hears music so long while a browser may come back. */
export const browserLostMaxMs = 20_000;

// Queues
/** B-12: places are kept of so many lost nodes at one time; the first to be lost is forgotten first. */
export const nodesLostMax = 100;
/** A number owed is forgotten after this, whatever was tried. */
export const callbacksKeptMs = 86_400_000;
/** What is due is looked for so often, beside every news. */
export const callbacksLookEveryMs = 1_000;
export const listedCallbacksPerQueueMax = 5_000;
/** A caller who is offered a callback is given so long to press a key, and asked so often in all. */
export const callbackAnswerMs = 5_000;
export const callbackAskedMax = 4;
export const callbackDigitsMax = 20;
/** Announcements so close to each other are made in one breath. */
export const announcedTogetherMs = 1_000;

// Supervision
export const inspectionsPerCallMax = 4;
/** A supervisor’s desk phone rings so long. */
export const inspectionRingTimeoutMs = 20_000;
export const supervisorsMax = 1_000;
/** H-19: so long the agent can tell the customer before a supervisor's voice joins. */
export const bargeNoticeMs = 10_000;
/** H-20: after-call work of an agent whose call was cut, at least. */
export const releasedWrapUpMs = 60_000;

// Floor
export const floorEveryMs = 500;
export const floorNoticesMax = 20;
/** The service target the floor counts against. */
export const answerTargetMs = 20_000;

// Memory
/** A node's heap may fill this before its old generation is collected. */
export const spaciousHeapOctets = 144 * 2 ** 20;

// Start-up
/** Events of today read again at most: a second or two of work. */
export const recountEventsMax = 300_000;
export const recountPageEvents = 2_000;

// Ladders
/** Messages kept of one call, from its beginning and from its end. */
export const ladderMessagesMax = 200;
export const ladderOctetsMax = 256 * 1024;
/** Messages are kept in blocks of this size: a call that goes on for long may keep one that it shares with calls that are over. */
export const ladderBlockOctets = 32 * 1024;
/** INVITEs of which nobody has said yet whose call they are, or that were refused. */
export const ladderUnclaimedMax = 1_000;
/** Of calls that were not taken. */
export const refusedLaddersPerMinuteMax = 60;
/** A call's last BYE and its answer come after its end. */
export const ladderSettleMs = 5_000;
/** Of more calls than these the earliest wait no longer: their octets would fill the memory of a node in a flood. */
export const laddersSettlingMax = 1_000;
/** Ladders are put together in steps, as a second's at once would hold up everything else, and go to disk together. */
export const ladderStepMs = 100;
export const ladderWriteEveryMs = 1_000;
/** Room that ladders on their way to the disk begin with: some ten calls. */
export const laddersWrittenOctets = 128 * 1024;
/** All ladders together; the oldest hour goes first. */
export const laddersOctetsMax = 8 * 1024 ** 3;
export const ladderPruneEveryMs = 3_600_000;

// Messages
/** Old messages are looked for so often. */
export const messagesReviewEveryMs = 3_600_000;
/** Wrong PINs of a box, from whatever call. */
export const pinGuessLimits = {
  freeMax: 4,
  forgiveMs: 600_000,
  shutMsMin: 300_000,
  shutMsMax: 86_400_000,
  keysMax: 10_000,
};

// Faxes
/** Processes that receive one each: some 70 MB and 1 % of a core a fax. */
export const faxesAtOnceMax = 8;
/** Old faxes are looked for so often. */
export const faxesReviewEveryMs = 3_600_000;

// Log
/** Lines are written together: so many octets, or after so long. */
export const logOctetsAtOnce = 8_192;
export const logFlushMs = 200;

// Visits
/** An agent is kept so long for a call of another node that nobody brings. */
export const visitHoldMs = 3_000;
/** And for no other call of that node for so long: what was lost on the way once is lost again. */
export const visitsLostMs = 30_000;
export const visitsExpectedMax = 1_000;
/** Of a token that lets one visit in: 128 bits. */
export const visitTokenBytes = 16;
/** Of what a host is told of a call, so that it and the SDP fit into one message. */
export const visitBytesMax = 48_000;
/** A host that does not even say 100 is given up for after this; the ring itself may last this much longer there than asked. */
export const visitUnheardMs = 2_000;
export const visitGraceMs = 2_000;
/** A node that runs a flow for another site answers by then; who does so is found by then. */
export const siteFlowAnswerMs = 2_000;
export const siteFlowSoughtMaxMs = 2_500;
/** The node of an agent who is to be listened to from another is found by then, and answers by then. */
export const earSoughtMaxMs = 2_500;
export const earAnswerMs = 4_000;
/** The other node of a visit is asked for a sign of life so often, may take so long for it, and is then listened to. */
export const visitPulseEveryMs = 2_000;
export const visitPatienceMs = 2_000;
export const visitSilenceMs = 1_500;
/** Of a visit by a number of the public network: so long until a carrier has brought the call, which setting one up may take. */
export const numberHoldMs = 12_000;
/** The ring lasts this much longer, as the number has to be asked for and to be reached. */
export const numberGraceMs = 10_000;
/** Where the carrier does not show whose call it is, its node says so by the link this soon after the answer, or it is a stranger's. */
export const numberProofMs = 3_000;
/** What a carrier tries a second time must not be taken for the next call; nor what comes when nobody waits for it any more. */
export const numberRestMs = 5_000;
export const numberLateMs = 60_000;
/** By the link: a word may take what an agent's wish takes, a number is there at once, and signs of life are seldom, for thin lines. */
export const lineWordMaxMs = 10_000;
export const lineCallMaxMs = 2_000;
export const linePulseEveryMs = 8_000;
/** While a call is brought or rings, a node the centre does not hear is asked for once more after this, and then taken for gone. */
export const ringAwayMs = 4_000;
/** What did not arrive is said again after this, and when the centre is back; more words of one visit than this are not kept. */
export const lineAgainMs = 4_000;
export const lineWordsKeptMax = 50;
/** A node that was not reached by SIP is not tried so again for so long, where it has numbers. */
export const unreachedKeptMs = 600_000;

// Matches across nodes
/** Changes are told together, so many at a time as come within this. */
export const matchGatherMs = 30;
/** Strict order: an agent who is free serves their own after so long, whatever the centre has not said. */
export const matchAskMaxMs = 300;
/** An agent asked for by name is found by then, or is not to be reached. */
export const agentSoughtMaxMs = 2_500;
/** Desk phones that come or go within this are told together. */
export const phonesGatherMs = 1_000;
/** All there is, once more, so often. */
export const matchPictureEveryMs = 60_000;

// Routes
/** A call that may be led to another node waits so long for the centre to say to which. */
export const routeAskMaxMs = 300;

// Shares of quotas
/** The centre is told of a share that runs short at most so often, and of anything else about it so often. */
export const shareTellEveryMs = 1_000;
export const shareTellSoonMs = 5_000;
