/**
 * The recording of one call: begins with a conversation that is to be recorded or where the flow says so, is silent while
 * somebody says what nobody may keep, and ends with the conversation or the call. Files and their fate are the store's.
 */
import type { AgentId, RecordingId } from '@seatgrid/core/kernel/ids.ts';
import type { Queue } from '@seatgrid/core/routing/queue.ts';
import type { MediaCallListener, RecordHandle } from '@seatgrid/media/call/media-engine.ts';
import type { Call } from '../calls/call.ts';

interface BegunRecording {
  readonly id: RecordingId;
  readonly agentIds: AgentId[];
}

export class CallRecording {
  readonly #call: Call;
  #handle: RecordHandle | null = null;
  /** Begun and not yet closed on disk, by path: a transferred call has one after the other. */
  #begun: Map<string, BegunRecording> | null = null;
  #current: BegunRecording | null = null;
  /** What the flow said; null: the queue decides. */
  #flowsWish: boolean | null = null;
  /** Whoever paused it, and has not resumed it yet. */
  #pausedBy: Set<AgentId | 'flow'> | null = null;

  constructor(call: Call) {
    this.#call = call;
  }

  get isRunning(): boolean {
    return this.#handle !== null;
  }

  /** Begun by the flow: it goes on to the call's end, whoever serves the caller. */
  get isOfFlow(): boolean {
    return this.isRunning && this.#flowsWish === true;
  }

  /** Here, or at the home of a call that is served here. */
  get isOn(): boolean {
    return this.isRunning || this.#call.home?.isRecordedThere === true;
  }

  get isPaused(): boolean {
    return this.isOn && this.#isToBeSilent;
  }

  /** Somebody has paused it, whether it runs or not. */
  get #isToBeSilent(): boolean {
    return this.#pausedBy !== null && this.#pausedBy.size > 0;
  }

  /** The flow's own word, from here on. */
  wish(isRecorded: boolean): void {
    this.#flowsWish = isRecorded;
    if (!isRecorded) this.#stop();
    else if (!this.#call.home?.isRecordedThere) this.#start(null, []);
  }

  /** H-01: every conversation with a customer, unless its queue says otherwise; colleagues among themselves are not recorded. */
  conversationBegan(agentId: AgentId | null, queue: Queue | null): void {
    const { home, partner } = this.#call;
    const isOurs = !home || (home.isForFlow && !home.isRecordedThere);
    if (!(isOurs ? this.#isWanted(queue) : home.isRecordedHere)) return;
    // Served at another node, it is recorded there, unless it is recorded here from before.
    if (!this.isRunning && partner?.leg.hostNodeId !== undefined) return;
    if (!this.isRunning) {
      this.#start(queue, agentId ? [agentId] : []);
      return this.#call.sound.arrange();
    }
    const current = this.#current;
    if (!current || !agentId || current.agentIds.includes(agentId)) return;
    current.agentIds.push(agentId);
    this.#call.services.recordings.agentsHeard(current.id, current.agentIds);
  }

  /** Whether another node is to record what its agent and the caller say. */
  isWantedAtHost(queue: Queue | null): boolean {
    return !this.isRunning && this.#isWanted(queue);
  }

  #isWanted(queue: Queue | null): boolean {
    return this.#flowsWish ?? (queue ? queue.isRecorded : this.#call.facts.direction !== 'internal');
  }

  /** What the flow began goes on to the call's end. */
  conversationEnded(): void {
    if (this.#flowsWish !== true) this.#stop();
  }

  /** The call is over, or its customer has left those who go on talking. */
  end(): void {
    this.#stop();
  }

  /** Whom it hears from now on: what is said in the conversation, and nothing that is said beside it. */
  hear(sides: Parameters<RecordHandle['hear']>[0]): void {
    this.#handle?.hear(sides);
  }

  /** Both sides silent, and no digit kept anywhere, until everyone who paused it has resumed it. */
  pause(by: AgentId | 'flow', isPaused: boolean): void {
    if ((this.#pausedBy?.has(by) ?? false) === isPaused) return;
    const was = this.#isToBeSilent;
    const pausedBy = (this.#pausedBy ??= new Set());
    if (isPaused) pausedBy.add(by);
    else pausedBy.delete(by);
    const is = this.#isToBeSilent;
    if (was === is) return;
    const { services, id: callId, home } = this.#call;
    if (by !== 'flow' || home?.isForFlow) home?.recordingPaused(by, is);
    services.ladders.hideDigits(callId, is);
    this.#handle?.pause(is);
    if (this.isRunning) this.#tell(is ? 'recording.paused' : 'recording.resumed', by);
  }

  onRecorded(recorded: Parameters<MediaCallListener['onRecorded']>[0]): void {
    const begun = this.#begun?.get(recorded.path);
    if (!begun) return;
    this.#begun?.delete(recorded.path);
    this.#call.services.recordings.finished(begun.id, { ...recorded, agentIds: begun.agentIds });
  }

  /** The media worker died: what it wrote so far is all there is. */
  lost(): void {
    this.#handle = null;
    for (const { id } of this.#begun?.values() ?? []) this.#call.services.recordings.lost(id);
    this.#begun?.clear();
  }

  #start(queue: Queue | null, agentIds: AgentId[]): void {
    const { services, tenant, id: callId, customer, sound } = this.#call;
    if (this.#handle || !customer) return;
    try {
      const { recordingId, path } = services.recordings.begin({
        tenantId: tenant.id,
        tenantSlug: tenant.tenant.slug,
        callId,
        queueId: queue?.id ?? null,
        queueName: queue?.name ?? null,
        startedAtMs: services.clock.nowMs(),
        timeZone: tenant.tenant.timeZone,
      });
      if (agentIds.length > 0) services.recordings.agentsHeard(recordingId, agentIds);
      this.#current = { id: recordingId, agentIds };
      (this.#begun ??= new Map()).set(path, this.#current);
      this.#handle = sound.media.record({ path, left: customer.leg.key });
      const [by] = this.#pausedBy ?? [];
      if (by === undefined) return;
      this.#handle.pause(true);
      this.#tell('recording.paused', by);
    } catch (error) {
      // A full disk costs the recording, not the conversation.
      services.log.error({ err: error, callId }, 'a call is not recorded');
    }
  }

  #stop(): void {
    this.#handle?.stop();
    this.#handle = null;
    this.#current = null;
  }

  #tell(kind: 'recording.paused' | 'recording.resumed', by: AgentId | 'flow'): void {
    this.#call.record({ kind, callId: this.#call.id, agentId: by === 'flow' ? null : by });
  }
}
