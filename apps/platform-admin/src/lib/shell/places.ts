import type { Noun, Verb } from '@seatgrid/core/context/access.ts';
import Activity from '@lucide/svelte/icons/activity';
import BellRing from '@lucide/svelte/icons/bell-ring';
import Building2 from '@lucide/svelte/icons/building-2';
import Cable from '@lucide/svelte/icons/cable';
import ScrollText from '@lucide/svelte/icons/scroll-text';
import Server from '@lucide/svelte/icons/server';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import type { RailItem } from '@seatgrid/ui';
import type { Word } from '#lib/words/catalogue.ts';

/** A page of the console: where it is below the console's own base, what it is called, and the right that opens it. */
export interface Place {
  readonly path: '/tenants' | '/nodes' | '/trunks' | '/alarms' | '/operators' | '/audit' | '/system';
  readonly word: Word;
  readonly icon: RailItem['icon'];
  readonly needs: readonly [Noun, Verb];
}

/** All of them, in the order of the rail. */
export const places: readonly Place[] = [
  { path: '/tenants', word: 'rail.tenants', icon: Building2, needs: ['tenant', 'list'] },
  { path: '/nodes', word: 'rail.nodes', icon: Server, needs: ['node', 'list'] },
  { path: '/trunks', word: 'rail.trunks', icon: Cable, needs: ['trunk', 'list'] },
  { path: '/alarms', word: 'rail.alarms', icon: BellRing, needs: ['alarm', 'list'] },
  { path: '/operators', word: 'rail.operators', icon: ShieldCheck, needs: ['operator', 'list'] },
  { path: '/audit', word: 'rail.audit', icon: ScrollText, needs: ['audit', 'list'] },
  { path: '/system', word: 'rail.system', icon: Activity, needs: ['system', 'read'] },
];
