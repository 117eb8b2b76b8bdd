/**
 * The agents who meet one and the same demand, and the calls that may go to them. Queues with equal demands share pools, so that what a
 * decision costs does not follow the number of queues. An agent whom an earlier widening reaches is not in the later one's pool.
 */
import type { AgentId, QueueId, SiteId } from '../kernel/ids.ts';
import { randomInteger, type Random } from '../kernel/random.ts';
import type { ServiceClass } from './service-class.ts';
import { SortedList } from './sorted-list.ts';
import type { AgentOrder, StaffMember } from './staff-member.ts';
import { compareArrival, compareOverdue, type CompareCalls, type WaitingCall } from './waiting-call.ts';

export class StaffPool {
  readonly width: number;
  readonly order: AgentOrder;
  /** Of the queues whose calls come here. */
  readonly queueIds: QueueId[] = [];
  readonly members = new Map<AgentId, StaffMember>();
  readonly ready: SortedList<StaffMember>;
  /** In the order of serving, as far as it is the same for every agent: those of no class of service. */
  readonly waiting: SortedList<WaitingCall>;
  /** F-11: each class in a line of its own, since which goes first changes from call to call. None where the order does not ask. */
  classes: Map<ServiceClass, SortedList<WaitingCall>> | null = null;
  readonly overdue = new SortedList<WaitingCall>(compareOverdue);
  // What every agent asks who becomes free, in the pool itself: of many pools it is all that is touched.
  /** The first of those of no class, and how many they are. */
  head: WaitingCall | undefined;
  waits = 0;
  /** From when on one of its calls is overtaken by nobody. */
  overdueAtMs = Infinity;
  /** Calls that ring all, oldest first. */
  readonly open = new SortedList<WaitingCall>(compareArrival);
  readonly #compareCalls: CompareCalls;
  readonly #readyAt: Map<SiteId, SortedList<StaffMember>> | null;

  constructor(width: number, order: AgentOrder, compareCalls: CompareCalls) {
    this.width = width;
    this.order = order;
    this.ready = new SortedList(order.compareLasting);
    this.#compareCalls = compareCalls;
    this.waiting = new SortedList(compareCalls);
    this.#readyAt = order.asks('site') ? new Map() : null;
  }

  agentReady(member: StaffMember): void {
    this.ready.add(member);
    const { siteId } = member.agent;
    if (!this.#readyAt || siteId === null) return;
    let here = this.#readyAt.get(siteId);
    if (!here) this.#readyAt.set(siteId, (here = new SortedList(this.order.compareLasting)));
    here.add(member);
  }

  agentUnready(member: StaffMember): void {
    this.ready.remove(member);
    const { siteId } = member.agent;
    if (siteId !== null) this.#readyAt?.get(siteId)?.remove(member);
  }

  callWaits(call: WaitingCall): void {
    this.line(call).add(call);
    this.overdue.add(call);
    this.#look();
  }

  callWaitsNot(call: WaitingCall): void {
    this.line(call).remove(call);
    this.overdue.remove(call);
    this.#look();
  }

  #look(): void {
    this.head = this.waiting.first;
    this.waits = this.waiting.length;
    this.overdueAtMs = this.overdue.first?.overdueAtMs ?? Infinity;
  }

  /** In which a call waits here. */
  line({ serviceClass }: WaitingCall): SortedList<WaitingCall> {
    if (!serviceClass) return this.waiting;
    this.classes ??= new Map();
    let line = this.classes.get(serviceClass);
    if (!line) this.classes.set(serviceClass, (line = new SortedList(this.#compareCalls)));
    return line;
  }

  /**
   * The member a call goes to. Nobody is first by any order but the first of all, the first at one of the sites, or one whom the
   * call names: the rest are behind one of these in everything that is asked.
   */
  choose(call: WaitingCall, random: Random): StaffMember | undefined {
    const { order, ready } = this;
    let best = ready.first;
    if (!best) return undefined;
    const sites = call.siteId === null ? null : this.#readyAt;
    for (const { first } of sites?.values() ?? [])
      if (first && first !== best && order.compareFor(call, first, best).difference < 0) best = first;
    let isNamed = false;
    for (const id of this.named(call)) {
      const member = this.members.get(id);
      if (!member?.agent.isReady) continue;
      if (member !== best && order.compareFor(call, member, best).difference >= 0) continue;
      best = member;
      isNamed = true;
    }
    if (isNamed || !order.isRandom) return best;
    const first = best;
    if (sites) {
      const near = ready.items.filter((member) => order.compareFor(call, member, first).difference === 0);
      return near.length > 1 ? near[randomInteger(random, near.length)] : first;
    }
    const alike = ready.leading((member) => order.compareAlike(member, first) === 0);
    return alike > 1 ? ready.items[randomInteger(random, alike)] : first;
  }

  /** Whom the call names, where the order asks for them. */
  named({ dedicatedAgentId, lastAgentId }: WaitingCall): AgentId[] {
    const { order } = this;
    const named: AgentId[] = [];
    if (dedicatedAgentId && order.asks('dedicated-agent')) named.push(dedicatedAgentId);
    if (lastAgentId && order.asks('last-agent')) named.push(lastAgentId);
    return named;
  }
}
