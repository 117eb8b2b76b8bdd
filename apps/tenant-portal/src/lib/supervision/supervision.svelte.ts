import type { SupervisionCommand } from '@seatgrid/contracts/supervision/supervision-messages.ts';
import type { AgentId, NodeId } from '@seatgrid/core/kernel/ids.ts';
import { browserClock, toasts } from '@seatgrid/ui';
import { untrack } from 'svelte';
import { api } from '#lib/api/api.ts';
import { Microphone } from '#lib/softphone/microphone.svelte.ts';
import { Softphone } from '#lib/softphone/softphone.svelte.ts';
import { say } from '#lib/words/say.svelte.ts';
import { SupervisionLink } from './supervision-link.svelte.ts';

/** A line that does not come up is told of by the command that finds it missing. */
const greetedMsMax = 3_000;
const pause = (delayMs: number) => new Promise<void>((done) => void browserClock.after(delayMs, done));

/** H-17 to H-21 in the supervisor's browser: one call at a time, with a leg of its own. The node decides everything. */
export class Supervision {
  readonly microphone = new Microphone();
  readonly phone = new Softphone(this.microphone, () => this.#link?.relay);
  isBusy = $state(false);
  #link = $state.raw<SupervisionLink>();
  #nodeId: NodeId | undefined;

  readonly inspection = $derived.by(() => this.#link?.state?.inspection ?? undefined);
  readonly isPhoneRinging = $derived.by(() => this.#link?.state?.isPhoneRinging ?? false);
  #wasRinging = false;

  /** To be called in an effect: a leg of a call that is over is put down, a mute is followed, a phone nobody answered is told of. */
  attend(): void {
    const { inspection, isPhoneRinging } = this;
    const endedWhy = this.#link?.state?.endedWhy;
    untrack(() => {
      if (this.#wasRinging && !isPhoneRinging && endedWhy === 'no-answer')
        toasts.bad(say('floor.watch.noAnswer'));
      this.#wasRinging = isPhoneRinging;
      if (inspection) this.phone.follow(inspection);
      else if (!this.isBusy && this.phone.state !== 'none') this.phone.drop();
    });
  }

  async monitor(nodeId: NodeId, agentId: AgentId): Promise<void> {
    this.isBusy = true;
    try {
      const link = this.#at(nodeId);
      await Promise.race([link.isGreeted, pause(greetedMsMax)]);
      const offer = await this.phone.offer();
      if (offer === null) return void toasts.bad(say('floor.watch.noMicrophone'));
      const reply = await link.command({ kind: 'monitor', agentId, offer });
      if (!reply.ok || reply.answer === null) {
        this.phone.drop();
        return void toasts.bad(say(`floor.watch.refused.${reply.ok ? 'media-refused' : reply.code}`));
      }
      await this.phone.accept(reply.answer);
    } catch {
      this.phone.drop();
      toasts.bad(say('floor.watch.refused.media-refused'));
    } finally {
      this.isBusy = false;
    }
  }

  /** Sound is at the desk phone; this browser only commands. */
  async monitorByPhone(nodeId: NodeId, agentId: AgentId, extension: string): Promise<void> {
    this.isBusy = true;
    await this.#ask(this.#at(nodeId), { kind: 'monitor-by-phone', agentId, extension });
    this.isBusy = false;
  }

  release(nodeId: NodeId, agentId: AgentId): Promise<void> {
    return this.#ask(this.#at(nodeId), { kind: 'release', agentId });
  }

  async act(command: SupervisionCommand): Promise<void> {
    if (this.#link) await this.#ask(this.#link, command);
  }

  close(): void {
    this.#link?.close();
    this.#link = undefined;
    this.phone.drop();
    this.microphone.close();
  }

  async #ask(link: SupervisionLink, command: SupervisionCommand): Promise<void> {
    const reply = await link.command(command);
    if (!reply.ok) toasts.bad(say(`floor.watch.refused.${reply.code}`));
  }

  #at(nodeId: NodeId): SupervisionLink {
    if (this.#link && this.#nodeId === nodeId) return this.#link;
    this.#link?.close();
    this.#nodeId = nodeId;
    this.#link = new SupervisionLink(() => api.call('POST /api/supervision-token', { body: { nodeId } }));
    return this.#link;
  }
}
