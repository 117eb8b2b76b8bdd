/** Every kind of step there is, in the order a palette shows them. A new kind is one file in `kinds/` and one line here. */
import { agent } from './kinds/agent.ts';
import { branch } from './kinds/branch.ts';
import { callbackOffer } from './kinds/callback-offer.ts';
import { centreThere } from './kinds/centre-there.ts';
import { changeParty } from './kinds/change-party.ts';
import { compute } from './kinds/compute.ts';
import { confer } from './kinds/confer.ts';
import { decide } from './kinds/decide.ts';
import { dial } from './kinds/dial.ts';
import { enqueue } from './kinds/enqueue.ts';
import { file } from './kinds/file.ts';
import { gather } from './kinds/gather.ts';
import { goToRule } from './kinds/go-to-rule.ts';
import { hangUp } from './kinds/hang-up.ts';
import { inviteParty } from './kinds/invite-party.ts';
import { leaveMessage } from './kinds/leave-message.ts';
import { loop } from './kinds/loop.ts';
import { menu } from './kinds/menu.ts';
import { play } from './kinds/play.ts';
import { receiveFax } from './kinds/receive-fax.ts';
import { record } from './kinds/record.ts';
import { returning } from './kinds/return.ts';
import { ringGroup } from './kinds/ring-group.ts';
import { say } from './kinds/say.ts';
import { set } from './kinds/set.ts';
import { siteFlow } from './kinds/site-flow.ts';
import { speechMenu } from './kinds/speech-menu.ts';
import { split } from './kinds/split.ts';
import { subflow } from './kinds/subflow.ts';
import { time } from './kinds/time.ts';
import { callProcedure } from './kinds/call-procedure.ts';
import { httpRequest } from './kinds/http-request.ts';
import { messageRequest } from './kinds/message-request.ts';
import { queryDatabase } from './kinds/query-database.ts';
import { runExtension } from './kinds/run-extension.ts';
import { soapRequest } from './kinds/soap-request.ts';
import { socketRequest } from './kinds/socket-request.ts';
import type { StepDefinition, StepIn } from './step-definition.ts';

const definitions = [
  say,
  play,
  menu,
  speechMenu,
  gather,
  branch,
  decide,
  time,
  split,
  loop,
  subflow,
  siteFlow,
  centreThere,
  queryDatabase,
  callProcedure,
  httpRequest,
  soapRequest,
  socketRequest,
  messageRequest,
  runExtension,
  file,
  set,
  compute,
  record,
  leaveMessage,
  callbackOffer,
  receiveFax,
  enqueue,
  agent,
  ringGroup,
  dial,
  goToRule,
  inviteParty,
  changeParty,
  confer,
  returning,
  hangUp,
] as const;

type Definition = (typeof definitions)[number];
export type FlowStep = { [Index in keyof typeof definitions]: StepIn<(typeof definitions)[Index]> }[number];
export type StepKind = Definition['kind'];

export const stepKinds: readonly StepKind[] = definitions.map((one) => one.kind);

const byKind = new Map<string, StepDefinition>(
  definitions.map((one) => [one.kind, one as unknown as StepDefinition]),
);

export function definitionOf(kind: StepKind): StepDefinition {
  return byKind.get(kind)!;
}
