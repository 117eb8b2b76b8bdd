import AudioLines from '@lucide/svelte/icons/audio-lines';
import Braces from '@lucide/svelte/icons/braces';
import CalendarClock from '@lucide/svelte/icons/calendar-clock';
import Disc from '@lucide/svelte/icons/disc';
import GitBranch from '@lucide/svelte/icons/git-branch';
import Hash from '@lucide/svelte/icons/hash';
import Headset from '@lucide/svelte/icons/headset';
import LayoutGrid from '@lucide/svelte/icons/layout-grid';
import ListOrdered from '@lucide/svelte/icons/list-ordered';
import MessageSquareText from '@lucide/svelte/icons/message-square-text';
import PhoneOff from '@lucide/svelte/icons/phone-off';
import PhoneOutgoing from '@lucide/svelte/icons/phone-outgoing';
import UserPlus from '@lucide/svelte/icons/user-plus';
import UserRoundCog from '@lucide/svelte/icons/user-round-cog';
import Users from '@lucide/svelte/icons/users';
import type { StepKind } from '@seatgrid/core/flows/call-flow.ts';
import type { Role } from '@seatgrid/ui';

/** How each kind of step is recognised: its icon, and the colour of its family (speaks, listens, decides, hands on, ends). */
export const stepIcons = {
  say: MessageSquareText,
  play: AudioLines,
  menu: LayoutGrid,
  gather: Hash,
  branch: GitBranch,
  time: CalendarClock,
  set: Braces,
  record: Disc,
  enqueue: ListOrdered,
  agent: Headset,
  dial: PhoneOutgoing,
  'invite-party': UserPlus,
  'change-party': UserRoundCog,
  confer: Users,
  'hang-up': PhoneOff,
} as const;

export const stepRoles: Readonly<Record<StepKind, Role>> = {
  say: 'blue',
  play: 'blue',
  menu: 'indigo',
  gather: 'indigo',
  branch: 'amber',
  time: 'amber',
  set: 'neutral',
  record: 'neutral',
  enqueue: 'green',
  agent: 'green',
  dial: 'teal',
  'invite-party': 'teal',
  'change-party': 'teal',
  confer: 'indigo',
  'hang-up': 'slate-red',
};
