/** All that is applied at a branch box, and the one text in which people read and compare it. */
import { filterText } from './box-filter.ts';
import type { BoxMachine, BoxSettings } from './box-settings.ts';
import { shapingCommands } from './box-shaping.ts';
import { tunnelCommands, tunnelText } from './box-tunnel.ts';

export type Command = readonly string[];

export interface BoxPlan {
  readonly filter: string;
  readonly shaping: readonly Command[];
  readonly tunnel: {
    readonly interface: string;
    readonly text: string;
    readonly commands: readonly Command[];
  } | null;
}

export function boxPlan(settings: BoxSettings, machine: BoxMachine): BoxPlan {
  const { tunnel } = settings;
  return {
    filter: filterText(settings),
    shaping: shapingCommands(settings, machine),
    tunnel: tunnel && {
      interface: tunnel.interface,
      text: tunnelText(tunnel),
      commands: tunnelCommands(tunnel),
    },
  };
}

export function planText({ filter, shaping, tunnel }: BoxPlan): string {
  const commands = (of: readonly Command[]) => of.map((words) => `${words.join(' ')}\n`).join('');
  return [
    ...(tunnel ? [`### tunnel ${tunnel.interface} (wg setconf)\n`, tunnel.text, commands(tunnel.commands), '\n'] : []),
    '### filter and marks (nft)\n',
    filter,
    '\n### order of what leaves (tc)\n',
    commands(shaping),
  ].join(''); // prettier-ignore
}
