/** in which order the trunks of a rule are tried for one call. */
import { randomInteger, type Random } from '../kernel/random.ts';
import type { TrunkSelection } from './outbound-rule.ts';

/** `lastUsed`: the trunk the rule's last call was dialled over; rotation goes on behind it. */
export function selectTrunks<Trunk>(
  selection: TrunkSelection,
  trunks: readonly Trunk[],
  lastUsed: Trunk | undefined,
  random: Random,
): Trunk[] {
  switch (selection) {
    case 'in-order':
      return [...trunks];
    case 'rotation': {
      const next = lastUsed === undefined ? 0 : trunks.indexOf(lastUsed) + 1;
      return [...trunks.slice(next), ...trunks.slice(0, next)];
    }
    case 'random':
      return shuffled(trunks, random);
  }
}

/** Fisher and Yates, from the front. */
function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const order = [...items];
  for (let place = 0; place < order.length - 1; place++) {
    const other = place + randomInteger(random, order.length - place);
    [order[place], order[other]] = [order[other]!, order[place]!];
  }
  return order;
}
