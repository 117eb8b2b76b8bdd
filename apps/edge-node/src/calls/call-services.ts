/** What the call path is given by the composition root: one bag, made once, handed to every call. */
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import type { FairChance } from '@seatgrid/core/flows/fair-chance.ts';
import type { CallId, IdSource } from '@seatgrid/core/kernel/ids.ts';
import type { Random } from '@seatgrid/core/kernel/random.ts';
import type { MediaEngine } from '@seatgrid/media/call/media-engine.ts';
import type { OutgoingInvite, SipUserAgent } from '@seatgrid/media/sip/user-agent/sip-user-agent.ts';
import type { AcdRunner } from '../acd/acd-runner.ts';
import type { KeptPlaces } from '../acd/kept-places.ts';
import type { CallAdmission } from '../admission/call-admission.ts';
import type { AgentHub } from '../agents/agent-hub.ts';
import type { FaxLines } from '../faxes/fax-lines.ts';
import type { FaxStore } from '../faxes/fax-store.ts';
import type { FloorBoard } from '../floor/floor-board.ts';
import type { OutsideWorld } from '../flows/outside/outside-world.ts';
import type { Callbacks } from '../callbacks/callbacks.ts';
import type { CallLadders } from '../ladder/call-ladders.ts';
import type { AnswerMemory } from '../ledger/answer-memory.ts';
import type { EventJournal } from '../ledger/event-journal.ts';
import type { PaceMemory } from '../ledger/pace-memory.ts';
import type { MessageStore } from '../messages/message-store.ts';
import type { PinCheck } from '../messages/pin-check.ts';
import type { NodeLog } from '../node-log.ts';
import type { PhoneRegistry } from '../phones/phone-registry.ts';
import type { RecordingStore } from '../recordings/recording-store.ts';
import type { NodeMatches } from '../matching/node-matches.ts';
import type { PhonesElsewhere } from '../matching/phones-elsewhere.ts';
import type { Ears } from '../ears/ears.ts';
import type { SiteFlows } from '../matching/site-flows.ts';
import type { NodeShares } from '../shares/node-shares.ts';
import type { TenantAtNode } from '../tenants/tenant-at-node.ts';
import type { TenantDirectory } from '../tenants/tenant-directory.ts';
import type { ExpectedVisits } from '../visits/expected-visits.ts';
import type { VisitLines } from '../visits/visit-lines.ts';
import type { TrunkDirectory } from '../trunks/trunk-directory.ts';
import type { WaysOut } from '../trunks/ways-out.ts';
import type { Call } from './call.ts';
import type { RouteQuestions } from './route-questions.ts';
import type { AgentRing } from './agent-ring.ts';
import type { Speech } from './speech.ts';

export interface CallServices {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly random: Random;
  readonly log: NodeLog;
  readonly admission: Pick<CallAdmission, 'isOpen'>;
  readonly journal: Pick<EventJournal, 'record'>;
  readonly answers: AnswerMemory;
  readonly paces: PaceMemory;
  readonly media: MediaEngine;
  readonly sip: SipUserAgent;
  /** This node's host as phones and trunks see it. */
  readonly sipHost: string;
  readonly directory: TenantDirectory;
  readonly trunks: TrunkDirectory;
  readonly waysOut: WaysOut;
  readonly phones: PhoneRegistry;
  readonly speech: Speech;
  readonly outside: OutsideWorld;
  /** F-13 */
  readonly chance: FairChance;
  readonly ladders: Pick<CallLadders, 'claim' | 'refused' | 'hideDigits' | 'ended'>;
  readonly recordings: Pick<RecordingStore, 'begin' | 'finished' | 'agentsHeard' | 'lost'>;
  readonly messages: MessageStore;
  readonly pins: PinCheck;
  readonly callbacks: Callbacks;
  /** B-12 */
  readonly places: KeptPlaces;
  readonly faxes: FaxStore;
  readonly faxLines: FaxLines;
  readonly hub: AgentHub;
  readonly matches: NodeMatches;
  /** B-02 */
  readonly siteFlows: SiteFlows;
  readonly phonesElsewhere: PhonesElsewhere;
  /** Calls of other nodes, which may come by a number reserved for them; and what is said of those by the link. */
  readonly visits: Pick<ExpectedVisits, 'takeByNumber' | 'reservable'>;
  readonly visitLines: VisitLines;
  /** B-05 */
  readonly ears: Ears;
  /** B-06 */
  readonly routes: RouteQuestions;
  /** What may be taken of tenants' quotas here. */
  readonly shares: NodeShares;
  readonly floor: FloorBoard;
  /** What desks are told of the centre; null: it is there, or there is none. */
  readonly centreAwaySinceMs: () => number | null;
  /** Whom each INVITE that rings a phone is for; those that may not be picked up included. */
  readonly phonesRinging: Map<OutgoingInvite, AgentRing>;
  /** Every call in progress. */
  readonly calls: Map<CallId, Call>;
  acd(tenant: TenantAtNode): AcdRunner;
}
