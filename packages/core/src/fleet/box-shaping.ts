/**
 * The order of what leaves a branch box, as `tc` commands: voice first, then signalling, then all else, a little below what the line
 * carries, so that the queue stands here and not in the modem. Which packet is of which class the filter says (`box-filter`).
 */
import type { BoxMachine, BoxSettings } from './box-settings.ts';

/** Handles of the classes, as `meta priority` names them. */
export const boxClass = { voice: '1:10', signalling: '1:20', data: '1:30' } as const;

/** Of the line's rate: what modems and framing add to a packet is theirs. */
const lineShare = 0.92;
/** Of what is shaped: what each class has for sure. Beyond it, each takes what the others leave, voice before all. */
const sure = { voice: 0.6, signalling: 0.1, data: 0.3 } as const;
/** Packets of a class that may wait without `fq_codel` to keep them few. */
const waitingPackets = { voice: 50, signalling: 50, data: 100 } as const;
/** An Ethernet frame; the least a class may send at once. */
const frameOctets = 1_514;

/** Words of commands, in their order, for interfaces that have no queue of ours: `unshapingCommands` go before. */
export function shapingCommands(
  { outside, tunnel }: BoxSettings,
  { leaf }: BoxMachine,
): readonly (readonly string[])[] {
  const lines = [
    { line: outside.interface, kbit: outside.upKbit * lineShare },
    // A tunnel's packet grows by some sixty octets on its way out.
    ...(tunnel ? [{ line: tunnel.interface, kbit: outside.upKbit * lineShare * lineShare }] : []),
  ];
  return lines.flatMap(({ line, kbit }) => [
    ['tc', 'qdisc', 'add', 'dev', line, 'root', 'handle', '1:', 'htb', 'default', '30'],
    ['tc', 'class', 'add', 'dev', line, 'parent', '1:', 'classid', '1:1', 'htb', ...rate(kbit, kbit)],
    ...(['voice', 'signalling', 'data'] as const).flatMap((kind, order) => {
      const classid = boxClass[kind];
      const own = ['htb', ...rate(kbit * sure[kind], kbit), 'prio', String(order), 'quantum', String(frameOctets)];
      const queue = leaf === 'fq_codel' ? ['fq_codel', 'target', '15ms'] : ['pfifo', 'limit', String(waitingPackets[kind])];
      return [
        ['tc', 'class', 'add', 'dev', line, 'parent', '1:1', 'classid', classid, ...own],
        ['tc', 'qdisc', 'add', 'dev', line, 'parent', classid, 'handle', `${classid.slice(2)}:`, ...queue],
      ];
    }),
  ]); // prettier-ignore
}

/** Takes the queues away, so that the kernel's own are there again. */
export function unshapingCommands({ outside, tunnel }: BoxSettings): readonly (readonly string[])[] {
  return [outside.interface, ...(tunnel ? [tunnel.interface] : [])].map((line) => [
    'tc', 'qdisc', 'del', 'dev', line, 'root',
  ]); // prettier-ignore
}

function rate(sureKbit: number, mostKbit: number): string[] {
  const burst = ['burst', `${2 * frameOctets}b`, 'cburst', `${2 * frameOctets}b`];
  return ['rate', `${Math.round(sureKbit)}kbit`, 'ceil', `${Math.round(mostKbit)}kbit`, ...burst];
}
