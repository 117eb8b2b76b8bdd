import type { SupervisionCommand } from '@seatgrid/contracts/supervision/supervision-messages.ts';
import type { AgentId, NodeId } from '@seatgrid/core/kernel/ids.ts';
import { browserClock, toasts } from '@seatgrid/ui';
import { untrack } from 'svelte';
import { api } from '@seatgrid/ui/portal/api.ts';
import { Microphone } from '#lib/softphone/microphone.svelte.ts';
import { Softphone } from '#lib/softphone/softphone.svelte.ts';
import { say } from '#lib/words/say.svelte.ts';
import { firstGreeted, reachOne } from './reach-one.ts';
import {
  SupervisionLink,
  type SupervisionRefusal,
  type SupervisionReply,
} from './supervision-link.svelte.ts';

type Asked = SupervisionReply | SupervisionRefusal;

/** A node that has not answered by then is looked for another way; a line that does not come up is told of by the command that finds it missing. */
const reachMsMax = 2_500;
const reachPause = () => new Promise<void>((done) => void browserClock.after(reachMsMax, done));

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
  #wasListening = false;

  /** To be called in an effect: a leg of a call that is over is put down, a mute is followed, and it is told why where nobody here wanted it. */
  attend(): void {
    const { inspection, isPhoneRinging } = this;
    const endedWhy = this.#link?.state?.endedWhy;
    untrack(() => {
      if (this.#wasRinging && !isPhoneRinging && endedWhy === 'no-answer')
        toasts.bad(say('floor.watch.noAnswer'));
      this.#wasRinging = isPhoneRinging;
      if (this.#wasListening && !inspection) {
        if (endedWhy === 'node-lost') toasts.bad(say('floor.watch.nodeLost'));
        if (endedWhy === 'sound-lost') toasts.bad(say('floor.watch.soundLost'));
      }
      this.#wasListening = inspection !== undefined;
      if (inspection) this.phone.follow(inspection);
      else if (!this.isBusy && this.phone.state !== 'none') this.phone.drop();
    });
  }

  async monitor(nodeId: NodeId, agentId: AgentId): Promise<void> {
    this.isBusy = true;
    try {
      const { reply } = await this.#listen(nodeId, async (link) => {
        const offer = await this.phone.offer();
        return offer === null ? undefined : link.command({ kind: 'monitor', agentId, offer });
      });
      if (!reply) return void toasts.bad(say('floor.watch.noMicrophone'));
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

  /** Sound is at the desk phone, wherever that is registered; this browser only commands. */
  async monitorByPhone(nodeId: NodeId, agentId: AgentId, extension: string): Promise<void> {
    this.isBusy = true;
    const command = { kind: 'monitor-by-phone', agentId, extension } as const;
    const { link, reply } = await this.#listen(nodeId, (asked) => asked.command(command));
    const isRung = reply.ok || (reply.code === 'not-available' && (await this.#ringAtOthers(link, command)));
    if (!isRung) toasts.bad(say(`floor.watch.refused.${reply.ok ? 'not-available' : reply.code}`));
    this.isBusy = false;
  }

  async release(nodeId: NodeId, agentId: AgentId): Promise<void> {
    await this.#ask(await this.#reach(nodeId), { kind: 'release', agentId });
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

  /** A line that was kept may be dead and not show it yet: lost by what is asked, it is asked once more of whichever node answers now. */
  async #listen<Reply extends Asked | undefined>(
    nodeId: NodeId,
    ask: (link: SupervisionLink) => Promise<Reply>,
  ): Promise<{ readonly link: SupervisionLink; readonly reply: Reply }> {
    const kept = this.#link;
    const link = await this.#reach(nodeId);
    const reply = await ask(link);
    const isDead = link === kept && reply?.ok === false && reply.code === 'link-lost';
    if (!isDead) return { link, reply };
    this.#link?.close();
    this.#link = undefined;
    const anew = await this.#reach(nodeId);
    return { link: anew, reply: await ask(anew) };
  }

  async #ask(link: SupervisionLink, command: SupervisionCommand): Promise<void> {
    const reply = await link.command(command);
    if (!reply.ok) toasts.bad(say(`floor.watch.refused.${reply.code}`));
  }

  /** One node after the other is asked for the phone; whichever rings it is commanded from now on. */
  async #ringAtOthers(asked: SupervisionLink, command: SupervisionCommand): Promise<boolean> {
    const nodeId = this.#nodeId!;
    for (const url of asked.others.filter((one) => one !== asked.via)) {
      const link = this.#open(nodeId, url);
      const isRung = (await firstGreeted([link], reachPause)) && (await link.command(command)).ok;
      if (isRung) {
        this.#use(nodeId, link);
        return true;
      }
      link.close();
    }
    return false;
  }

  async #reach(nodeId: NodeId): Promise<SupervisionLink> {
    const kept = this.#link;
    const isInUse = kept?.state?.inspection || kept?.state?.isPhoneRinging;
    // What proves who asks to the agent's node, behind another, is good for a minute alone.
    if (kept && this.#nodeId === nodeId && (isInUse || kept.via === undefined) && kept.state) return kept;
    const own = this.#open(nodeId);
    const others = () => own.others.map((url) => this.#open(nodeId, url));
    const link = await reachOne(own, others, reachPause);
    this.#use(nodeId, link);
    return link;
  }

  #use(nodeId: NodeId, link: SupervisionLink): void {
    this.#link?.close();
    this.#nodeId = nodeId;
    this.#link = link;
    link.onLost = () => toasts.bad(say('floor.watch.refused.link-lost'));
  }

  #open(nodeId: NodeId, via?: string): SupervisionLink {
    return new SupervisionLink(() => api.call('POST /api/supervision-token', { body: { nodeId } }), via);
  }
}
