/**
 * Who hears whom in a call: one row a party, from nothing but who stands where. Conversation, conference, hold, consulting,
 * guiding through a flow, monitor, whisper and barge are rows of this matrix; nothing else in the product decides them. The
 * recording is one more listener of it. What a row sounds like is the media engine's business.
 */

/** Where a party stands in the call. `to` is the key of the agent who is listened to. */
export type Standing =
  /** In the conversation: customer, agent, whoever was let in, a supervisor who has barged in. */
  | { readonly kind: 'talking' }
  /** Aside with whoever is aside too: the agent who consults, the one who is consulted. */
  | { readonly kind: 'consulting' }
  /** D-08: kept out of the conference for a while. */
  | { readonly kind: 'kept-out' }
  /** H-17: hears what the agent hears and says, and is heard by nobody. */
  | { readonly kind: 'monitoring'; readonly to: string }
  /** H-18: hears the same, and is heard by the agent alone. */
  | { readonly kind: 'whispering'; readonly to: string };

export interface HearingParty {
  readonly key: string;
  readonly standing: Standing;
  /** The one being served: the left side of the recording. */
  readonly isCustomer: boolean;
  /** Holds the others, or its line is lost: neither speaks nor listens to them. */
  readonly isAway: boolean;
  readonly isMuted: boolean;
}

export interface HearingRow {
  readonly key: string;
  readonly hears: readonly string[];
  /** Hold music: there is somebody to wait for. */
  readonly hasMusic: boolean;
  /** D-09: what a flow says while it guides the conversation. */
  readonly hearsFlow: boolean;
}

export interface Hearing {
  readonly rows: readonly HearingRow[];
  /** H-17, H-18: what was said in the conversation, and nothing that was said beside it. */
  readonly recorded: { readonly left: readonly string[]; readonly right: readonly string[] };
}

export function whoHearsWhom(parties: readonly HearingParty[]): Hearing {
  const left: string[] = [];
  const right: string[] = [];
  for (const party of parties)
    if (party.standing.kind === 'talking' && isVoice(party))
      (party.isCustomer ? left : right).push(party.key);
  return { rows: parties.map((party) => rowOf(party, parties)), recorded: { left, right } };
}

function rowOf(party: HearingParty, parties: readonly HearingParty[]): HearingRow {
  const { key, standing } = party;
  switch (standing.kind) {
    case 'talking': {
      const others = beside(party, parties);
      const isWaiting = isAlone(others) && parties.some((other) => other !== party && isMember(other));
      return {
        key,
        hears: voicesFor(party, others, parties),
        hasMusic: isWaiting,
        hearsFlow: !party.isAway,
      };
    }
    case 'consulting': {
      const others = beside(party, parties);
      return {
        key,
        hears: voicesFor(party, others, parties),
        hasMusic: others.length > 0 && isAlone(others),
        hearsFlow: false,
      };
    }
    case 'kept-out':
      return { key, hears: [], hasMusic: true, hearsFlow: false };
    case 'monitoring':
    case 'whispering': {
      const agent = parties.find((other) => other.key === standing.to);
      const room = agent ? inRoom(parties, agent.standing.kind) : [];
      return {
        key,
        hears: room.filter(isVoice).map(keyOf),
        hasMusic: false,
        hearsFlow: agent?.standing.kind === 'talking',
      };
    }
  }
}

/** Who stands where this party stands. */
function beside(party: HearingParty, parties: readonly HearingParty[]): HearingParty[] {
  return parties.filter((other) => other !== party && other.standing.kind === party.standing.kind);
}

/** The others' voices, unless it is away, and who whispers to it. */
function voicesFor(
  party: HearingParty,
  others: readonly HearingParty[],
  parties: readonly HearingParty[],
): string[] {
  const keys: string[] = [];
  if (!party.isAway) for (const other of others) if (isVoice(other)) keys.push(other.key);
  for (const { key, standing, isMuted } of parties)
    if (standing.kind === 'whispering' && standing.to === party.key && !isMuted) keys.push(key);
  return keys;
}

function inRoom(parties: readonly HearingParty[], kind: Standing['kind']): HearingParty[] {
  return kind === 'talking' || kind === 'consulting'
    ? parties.filter((party) => party.standing.kind === kind)
    : [];
}

/** Nobody there to listen to: all hold, or are elsewhere. */
function isAlone(others: readonly HearingParty[]): boolean {
  return others.every((other) => other.isAway);
}

/** Of the call, and not a listener to it. */
export function isMember({ standing }: { readonly standing: Standing }): boolean {
  return standing.kind !== 'monitoring' && standing.kind !== 'whispering';
}

function isVoice(party: HearingParty): boolean {
  return !party.isAway && !party.isMuted;
}

function keyOf(party: HearingParty): string {
  return party.key;
}
