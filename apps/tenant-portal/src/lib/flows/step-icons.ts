import Undo2 from '@lucide/svelte/icons/undo-2';
import Signpost from '@lucide/svelte/icons/signpost';
import FileText from '@lucide/svelte/icons/file-text';
import Workflow from '@lucide/svelte/icons/workflow';
import SquareFunction from '@lucide/svelte/icons/square-function';
import Repeat from '@lucide/svelte/icons/repeat';
import Percent from '@lucide/svelte/icons/percent';
import AudioLines from '@lucide/svelte/icons/audio-lines';
import Calculator from '@lucide/svelte/icons/calculator';
import Split from '@lucide/svelte/icons/split';
import Braces from '@lucide/svelte/icons/braces';
import CalendarClock from '@lucide/svelte/icons/calendar-clock';
import CloudCheck from '@lucide/svelte/icons/cloud-check';
import Database from '@lucide/svelte/icons/database';
import Disc from '@lucide/svelte/icons/disc';
import DatabaseZap from '@lucide/svelte/icons/database-zap';
import FileCode from '@lucide/svelte/icons/file-code';
import GitBranch from '@lucide/svelte/icons/git-branch';
import Globe from '@lucide/svelte/icons/globe';
import Hash from '@lucide/svelte/icons/hash';
import MapPinned from '@lucide/svelte/icons/map-pinned';
import Headset from '@lucide/svelte/icons/headset';
import LayoutGrid from '@lucide/svelte/icons/layout-grid';
import ListOrdered from '@lucide/svelte/icons/list-ordered';
import Mic from '@lucide/svelte/icons/mic';
import Mails from '@lucide/svelte/icons/mails';
import MessageSquareText from '@lucide/svelte/icons/message-square-text';
import PhoneForwarded from '@lucide/svelte/icons/phone-forwarded';
import PhoneCall from '@lucide/svelte/icons/phone-call';
import PhoneOff from '@lucide/svelte/icons/phone-off';
import PhoneOutgoing from '@lucide/svelte/icons/phone-outgoing';
import Printer from '@lucide/svelte/icons/printer';
import Plug from '@lucide/svelte/icons/plug';
import UserPlus from '@lucide/svelte/icons/user-plus';
import UserRoundCog from '@lucide/svelte/icons/user-round-cog';
import Users from '@lucide/svelte/icons/users';
import Voicemail from '@lucide/svelte/icons/voicemail';
import type { StepFamily } from '@seatgrid/core/flows/step-definition.ts';
import { definitionOf, type StepKind } from '@seatgrid/core/flows/step-kinds.ts';
import type { Role } from '@seatgrid/ui';

/** How each kind of step is recognised: its icon, and the colour of its family. */
export const stepIcons = {
  say: MessageSquareText,
  play: AudioLines,
  menu: LayoutGrid,
  'speech-menu': Mic,
  gather: Hash,
  branch: GitBranch,
  decide: Split,
  time: CalendarClock,
  set: Braces,
  split: Percent,
  loop: Repeat,
  subflow: Workflow,
  'site-flow': MapPinned,
  'centre-there': CloudCheck,
  file: FileText,
  compute: Calculator,
  'query-database': Database,
  'call-procedure': DatabaseZap,
  'http-request': Globe,
  'soap-request': FileCode,
  'socket-request': Plug,
  'message-request': Mails,
  'run-extension': SquareFunction,
  record: Disc,
  'leave-message': Voicemail,
  'callback-offer': PhoneForwarded,
  'ring-group': PhoneCall,
  'receive-fax': Printer,
  enqueue: ListOrdered,
  agent: Headset,
  dial: PhoneOutgoing,
  'go-to-rule': Signpost,
  'invite-party': UserPlus,
  'change-party': UserRoundCog,
  confer: Users,
  return: Undo2,
  'hang-up': PhoneOff,
} as const satisfies Readonly<Record<StepKind, unknown>>;

const familyRoles: Readonly<Record<StepFamily, Role>> = {
  speaks: 'blue',
  listens: 'indigo',
  decides: 'amber',
  asks: 'violet',
  keeps: 'neutral',
  'hands-on': 'green',
  confers: 'teal',
  ends: 'slate-red',
};

export function stepRole(kind: StepKind): Role {
  return familyRoles[definitionOf(kind).family];
}
