/**
 * What a flow must satisfy before it is saved: every step led to exists, every step can be reached, nothing walks in a
 * circle without hearing, speaking or waiting, what it names exists. Faults name their place.
 */
import { nextSteps, type CallFlow, type FlowStep, type StepKey, type Utterance } from './call-flow.ts';
import { flowStepsMax } from './limits.ts';

export interface FlowFault {
  readonly step: StepKey | null;
  readonly field: string | null;
  readonly message: string;
}

/** The tenant's own things a flow may name. */
export interface FlowSurroundings {
  readonly hasPrompt: (id: string) => boolean;
  readonly hasQueue: (id: string) => boolean;
  readonly hasAgent: (id: string) => boolean;
}

export function checkFlow(
  flow: Pick<CallFlow, 'start' | 'steps'>,
  surroundings: FlowSurroundings,
): FlowFault[] {
  const faults: FlowFault[] = [];
  const keys = Object.keys(flow.steps);
  if (keys.length > flowStepsMax)
    faults.push({ step: null, field: 'steps', message: `a flow has at most ${flowStepsMax} steps` });
  if (!flow.steps[flow.start]) {
    faults.push({ step: null, field: 'start', message: `there is no step "${flow.start}" to start with` });
    return faults;
  }
  // What is spoken is kept as sound, what is dialled in the record: a secret may be branched by, and told nowhere.
  const secrets = Object.values(flow.steps).flatMap((step) =>
    step.kind === 'gather' && step.isSecret === true ? [step.variable] : [],
  );
  const parties = new Set(
    Object.values(flow.steps).flatMap((step) => (step.kind === 'invite-party' ? [step.party] : [])),
  );
  for (const [key, step] of Object.entries(flow.steps)) {
    if (step.kind === 'change-party' && !parties.has(step.party))
      faults.push({ step: key, field: 'party', message: 'names a party whom no step brings in' });
    for (const { field, to } of nextSteps(step))
      if (!flow.steps[to])
        faults.push({ step: key, field, message: `leads to "${to}", which does not exist` });
    faults.push(...namesOf(step, surroundings).map((fault) => ({ step: key, ...fault })));
    for (const secret of secrets)
      if (JSON.stringify(step).includes(`{${secret}}`))
        faults.push({ step: key, field: null, message: `tells the secret "${secret}"` });
  }
  const reached = reachable(flow);
  for (const key of keys)
    if (!reached.has(key)) faults.push({ step: key, field: null, message: 'no step leads here' });
  for (const key of silentCircles(flow))
    faults.push({
      step: key,
      field: null,
      message: 'goes round for ever without speaking, listening or waiting',
    });
  if (![...reached].some((key) => isEnd(flow.steps[key]!)))
    faults.push({
      step: flow.start,
      field: null,
      message: 'never comes to an end: no step reached hangs up or hands the call on',
    });
  return faults;
}

function isEnd(step: FlowStep): boolean {
  return step.kind === 'hang-up' || step.kind === 'enqueue' || step.kind === 'agent' || step.kind === 'dial';
}

function namesOf(step: FlowStep, surroundings: FlowSurroundings): { field: string; message: string }[] {
  const faults: { field: string; message: string }[] = [];
  const speech = (field: string, utterances: readonly Utterance[]) =>
    utterances.forEach((utterance, index) => {
      if (utterance.kind === 'prompt' && !surroundings.hasPrompt(utterance.promptId))
        faults.push({ field: `${field}.${index}`, message: 'plays a prompt that does not exist' });
      if (utterance.kind === 'text' && Object.values(utterance.text).every((text) => !text?.trim()))
        faults.push({ field: `${field}.${index}`, message: 'says nothing in any language' });
    });
  switch (step.kind) {
    case 'play':
      speech(
        'prompts',
        step.prompts.map((promptId) => ({ kind: 'prompt', promptId })),
      );
      break;
    case 'say':
      speech('text', [{ kind: 'text', text: step.text }]);
      break;
    case 'menu':
      speech('welcome', step.welcome);
      speech('prompt', step.prompt);
      speech('invalid', step.invalid);
      if (Object.keys(step.choices).length === 0) faults.push({ field: 'choices', message: 'offers no key' });
      break;
    case 'gather':
      speech('prompt', step.prompt);
      break;
    case 'hang-up':
      speech('say', step.say);
      break;
    case 'enqueue':
      if (!surroundings.hasQueue(step.queueId))
        faults.push({ field: 'queueId', message: 'names a queue that does not exist' });
      break;
    case 'agent':
      if (!surroundings.hasAgent(step.agentId))
        faults.push({ field: 'agentId', message: 'names an agent who does not exist' });
      break;
    case 'branch':
      step.cases.forEach((one, index) => {
        if (one.test === 'longer-than' && !/^[0-9]{1,4}$/.test(one.value))
          faults.push({
            field: `cases.${index}.value`,
            message: '"longer than" needs a number of characters',
          });
      });
      break;
    default:
      break;
  }
  return faults;
}

function reachable(flow: Pick<CallFlow, 'start' | 'steps'>): Set<StepKey> {
  const reached = new Set<StepKey>();
  const open = [flow.start];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    const step = flow.steps[key];
    if (!step || reached.has(key)) continue;
    reached.add(key);
    for (const { to } of nextSteps(step)) open.push(to);
  }
  return reached;
}

/** A step that takes the caller's time: speaking, listening or waiting. */
function takesTime(step: FlowStep): boolean {
  return !timelessKinds.has(step.kind);
}

/** A conference with nobody in it is over at once. */
const timelessKinds: ReadonlySet<FlowStep['kind']> = new Set([
  'set',
  'record',
  'branch',
  'time',
  'change-party',
  'confer',
]);

/** A key in a conference has been waited for. */
function stepsAtOnce(step: FlowStep): readonly StepKey[] {
  return step.kind === 'confer' ? [step.next] : nextSteps(step).map((one) => one.to);
}

/** Keys of timeless steps that lie on a circle of timeless steps only (Tarjan would do; the graphs are small). */
function silentCircles(flow: Pick<CallFlow, 'steps'>): StepKey[] {
  const timeless = (key: StepKey) => flow.steps[key] !== undefined && !takesTime(flow.steps[key]);
  return Object.keys(flow.steps).filter((start) => {
    if (!timeless(start)) return false;
    const seen = new Set<StepKey>();
    const open = [...stepsAtOnce(flow.steps[start]!)];
    for (let key = open.pop(); key !== undefined; key = open.pop()) {
      if (key === start) return true;
      if (seen.has(key) || !timeless(key)) continue;
      seen.add(key);
      open.push(...stepsAtOnce(flow.steps[key]!));
    }
    return false;
  });
}
