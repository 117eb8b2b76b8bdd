import type { Noun, Role, Verb } from '@seatgrid/core/context/access.ts';
import Award from '@lucide/svelte/icons/award';
import AudioLines from '@lucide/svelte/icons/audio-lines';
import SquareFunction from '@lucide/svelte/icons/square-function';
import Cable from '@lucide/svelte/icons/cable';
import CalendarClock from '@lucide/svelte/icons/calendar-clock';
import Grid3x3 from '@lucide/svelte/icons/grid-3x3';
import Hash from '@lucide/svelte/icons/hash';
import Headset from '@lucide/svelte/icons/headset';
import ListOrdered from '@lucide/svelte/icons/list-ordered';
import PhoneCall from '@lucide/svelte/icons/phone-call';
import PhoneForwarded from '@lucide/svelte/icons/phone-forwarded';
import Printer from '@lucide/svelte/icons/printer';
import RadioTower from '@lucide/svelte/icons/radio-tower';
import ScrollText from '@lucide/svelte/icons/scroll-text';
import Settings from '@lucide/svelte/icons/settings';
import Tags from '@lucide/svelte/icons/tags';
import Users from '@lucide/svelte/icons/users';
import TestTubes from '@lucide/svelte/icons/test-tubes';
import Voicemail from '@lucide/svelte/icons/voicemail';
import Workflow from '@lucide/svelte/icons/workflow';
import type { RailItem } from '@seatgrid/ui';
import type { Word } from '#lib/words/catalogue.ts';

/** A page of the portal: where it is, what it is called, and the right that opens it. */
export interface Place {
  readonly href: string;
  readonly word: Word;
  readonly icon: RailItem['icon'];
  readonly needs: readonly [Noun, Verb];
  readonly startsGroup?: boolean;
}

/** All of them, in the order of the rail; the first a person may open is their start page. */
export const places: readonly Place[] = [
  { href: '/desk', word: 'rail.desk', icon: Headset, needs: ['desk', 'use'] },
  { href: '/my-day', word: 'rail.myDay', icon: CalendarClock, needs: ['desk', 'use'] },
  { href: '/my-messages', word: 'rail.messages', icon: Voicemail, needs: ['desk', 'use'] },
  { href: '/floor', word: 'rail.floor', icon: Grid3x3, needs: ['floor', 'read'] },
  { href: '/lines', word: 'rail.lines', icon: RadioTower, needs: ['floor', 'read'] },
  { href: '/calls', word: 'rail.calls', icon: PhoneCall, needs: ['call', 'list'] },
  { href: '/messages', word: 'rail.messages', icon: Voicemail, needs: ['voice-message', 'list'] },
  { href: '/faxes', word: 'rail.faxes', icon: Printer, needs: ['fax', 'list'] },
  { href: '/what-if', word: 'rail.whatIf', icon: TestTubes, needs: ['what-if', 'list'] },
  { href: '/callbacks', word: 'rail.callbacks', icon: PhoneForwarded, needs: ['callback', 'list'] },
  {
    href: '/numbers',
    word: 'rail.numbers',
    icon: Hash,
    needs: ['inbound-rule', 'update'],
    startsGroup: true,
  },
  { href: '/flows', word: 'rail.flows', icon: Workflow, needs: ['flow', 'update'] },
  { href: '/connectors', word: 'rail.connectors', icon: Cable, needs: ['connector', 'update'] },
  { href: '/extensions', word: 'rail.extensions', icon: SquareFunction, needs: ['extension', 'update'] },
  { href: '/queues', word: 'rail.queues', icon: ListOrdered, needs: ['queue', 'update'] },
  { href: '/agents', word: 'rail.agents', icon: Users, needs: ['agent', 'update'] },
  { href: '/skills', word: 'rail.skills', icon: Award, needs: ['skill', 'update'] },
  { href: '/prompts', word: 'rail.prompts', icon: AudioLines, needs: ['prompt', 'update'] },
  { href: '/dispositions', word: 'rail.dispositions', icon: Tags, needs: ['disposition', 'update'] },
  {
    href: '/settings',
    word: 'rail.settings',
    icon: Settings,
    needs: ['tenant-settings', 'update'],
    startsGroup: true,
  },
  { href: '/audit', word: 'rail.audit', icon: ScrollText, needs: ['audit', 'list'] },
];

export function placesFor(may: (noun: Noun, verb: Verb) => boolean): Place[] {
  return places.filter((place) => may(...place.needs));
}

export function placeAt(path: string): Place | undefined {
  return places.find((place) => path === place.href || path.startsWith(`${place.href}/`));
}

export const roleWords: Readonly<Record<Role, Word>> = {
  operator: 'role.operator',
  administrator: 'role.administrator',
  supervisor: 'role.supervisor',
  agent: 'role.agent',
};
