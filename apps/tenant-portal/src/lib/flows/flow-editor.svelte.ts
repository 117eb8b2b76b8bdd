/** A flow being edited: its draft with undo, what is selected, what is wrong, what is kept at the centre and in this browser. */
import { checkFlow } from '@seatgrid/core/flows/check-flow.ts';
import type { StepKey } from '@seatgrid/core/flows/step-field.ts';
import type { FlowStep, StepKind } from '@seatgrid/core/flows/step-kinds.ts';
import { CelExpressions } from '@seatgrid/contracts/expressions/cel-expressions.ts';
import { flowDraftSchema } from '@seatgrid/contracts/nouns/flow.ts';
import { ApiProblem } from '@seatgrid/contracts/api/client.ts';
import { browserClock, recall, remember } from '@seatgrid/ui';
import { api } from '@seatgrid/ui/portal/api.ts';
import { problemText } from '#lib/api/problem-text.ts';
import type { Prompt } from '#lib/prompts/prompt.ts';
import type { Destinations } from '#lib/rules/next-step.ts';
import { edited, redone, startHistory, undone, type EditHistory } from './edit-history.ts';
import { isSameFlow } from './flow-changes.ts';
import {
  addStep,
  changeStep,
  duplicateStep,
  leadTo,
  removeStep,
  renameStep,
  type FlowDraft,
  type Reference,
} from './flow-draft.ts';
import { faultOfProblem, faultsAt, shapeFaults, type PlacedFault } from './flow-faults.ts';
import { pasteSteps } from './step-clipboard.ts';
import { exitsOf, likeliestExit } from './step-exits.ts';

const checkAfterMs = 400;

export interface FlowSurroundings {
  readonly destinations: () => Destinations;
  readonly prompts: () => readonly Prompt[];
}

const expressions = new CelExpressions();

export class FlowEditor {
  #selected = $state<StepKey>('');
  /** Chosen beside the selected one: to be copied or deleted together. */
  marked = $state.raw<ReadonlySet<StepKey>>(new Set());
  #exit = $state<string>();
  isSaving = $state(false);
  isChecking = $state(false);
  failure = $state<string>();
  #history = $state.raw<EditHistory<FlowDraft>>(startHistory({ name: '', start: '', steps: {} }));
  /** Null: never saved. */
  #kept = $state.raw<FlowDraft | null>(null);
  #told = $state.raw<{ readonly about: FlowDraft; readonly faults: readonly PlacedFault[] }>();
  readonly #memory: string;
  readonly #surroundings: FlowSurroundings;
  #stopCheck = () => {};

  constructor(
    place: { readonly id: string; readonly draft: FlowDraft; readonly isNew: boolean },
    surroundings: FlowSurroundings,
  ) {
    this.#history = startHistory(place.draft);
    this.#kept = place.isNew ? null : place.draft;
    this.#memory = `flow.${place.id}`;
    this.#surroundings = surroundings;
    this.selected = place.draft.start;
  }

  get draft(): FlowDraft {
    return this.#history.present;
  }

  get selected(): StepKey {
    return this.#selected;
  }

  set selected(key: StepKey) {
    if (key !== this.#selected) this.#exit = undefined;
    this.#selected = key;
    this.marked = new Set();
  }

  /** The selected one first. */
  get allChosen(): readonly StepKey[] {
    return [this.#selected, ...this.marked].filter((key) => this.draft.steps[key]);
  }

  chooseAll(keys: readonly StepKey[]): void {
    // Of several, the one that was not chosen before is the one meant.
    const first = keys.find((key) => !this.allChosen.includes(key)) ?? keys[0];
    if (first === undefined) return;
    this.selected = first;
    this.marked = new Set(keys.filter((key) => key !== first));
  }

  /** The selected step's way out that the next new step is put into. */
  get exit(): string | undefined {
    const step = this.step;
    if (!step) return undefined;
    const isThere = exitsOf(step).some(({ field }) => field === this.#exit);
    return isThere ? this.#exit : likeliestExit(step, this.draft.steps);
  }

  set exit(field: string | undefined) {
    this.#exit = field;
  }

  get step(): FlowStep | undefined {
    return this.draft.steps[this.selected];
  }

  get isDirty(): boolean {
    return this.#kept === null || !isSameFlow(this.#kept, this.draft);
  }

  get canUndo(): boolean {
    return this.#history.past.length > 0;
  }

  get canRedo(): boolean {
    return this.#history.future.length > 0;
  }

  /** Faults of the draft as it stands: of its shape at once, of its meaning as the centre tells them. */
  get faults(): readonly PlacedFault[] {
    const shape = shapeFaults(this.draft);
    const told = this.#told?.about === this.draft ? this.#told.faults : this.#meaningHere();
    const isTold = (fault: PlacedFault) =>
      fault.field !== null && faultsAt(shape, fault.step, fault.field).length > 0;
    return [...shape, ...told.filter((fault) => !isTold(fault))];
  }

  /** An edit; the same `mark` in a row is one step back. */
  edit(draft: FlowDraft, mark: string | null = null): void {
    this.#history = edited(this.#history, draft, mark);
    this.#changed();
  }

  put(key: StepKey, step: FlowStep, field: string): void {
    this.edit(changeStep(this.draft, key, step), `${key}.${field}`);
  }

  undo(): void {
    this.#history = undone(this.#history);
    this.#changed();
  }

  redo(): void {
    this.#history = redone(this.#history);
    this.#changed();
  }

  add(kind: StepKind, into?: Reference): void {
    const { draft, key } = addStep(this.draft, kind, into);
    this.edit(draft);
    this.selected = key;
  }

  /** Adds a step after the selected one, into the way out that is chosen there. */
  addAfter(kind: StepKind): void {
    const field = this.exit;
    this.add(kind, field === undefined ? undefined : { step: this.selected, field });
  }

  paste(steps: Readonly<Record<StepKey, FlowStep>>): void {
    const { draft, keys } = pasteSteps(this.draft, steps);
    this.edit(draft);
    this.chooseAll(keys);
  }

  removeAll(keys: readonly StepKey[]): void {
    this.edit(keys.reduce((draft, key) => removeStep(draft, key), this.draft));
  }

  lead(place: Reference, to: StepKey): void {
    this.edit(leadTo(this.draft, place, to));
  }

  duplicate(key: StepKey): void {
    const { draft, key: copy } = duplicateStep(this.draft, key);
    this.edit(draft);
    this.selected = copy;
  }

  remove(key: StepKey, instead: StepKey): void {
    this.edit(removeStep(this.draft, key, instead));
    if (this.selected === key) this.selected = instead || this.draft.start;
  }

  rename(from: StepKey, to: StepKey): 'malformed' | 'taken' | undefined {
    const renamed = renameStep(this.draft, from, to);
    if (!renamed.ok) return renamed.failure;
    this.edit(renamed.value);
    if (this.selected === from) this.selected = to;
    return undefined;
  }

  /** What was typed and never saved, from an earlier visit; undefined when it is what is kept anyway. */
  recalled(): FlowDraft | undefined {
    try {
      const draft = JSON.parse(recall(this.#memory) ?? 'null') as FlowDraft | null;
      if (!draft?.steps || isSameFlow(draft, this.draft)) return undefined;
      return draft;
    } catch {
      return undefined;
    }
  }

  forget(): void {
    this.#stopCheck();
    remember(this.#memory, undefined);
  }

  /** Takes what the centre has now; for a draft nobody touched here. */
  follow(draft: FlowDraft): void {
    this.#history = startHistory(draft);
    this.#kept = draft;
    this.#told = undefined;
    if (!draft.steps[this.selected]) this.selected = draft.start;
  }

  isKept(draft: FlowDraft): boolean {
    return this.#kept !== null && isSameFlow(this.#kept, draft);
  }

  /** Saves by `send`; true once the centre has it. */
  async save(send: (body: ReturnType<typeof flowDraftSchema.parse>) => Promise<unknown>): Promise<boolean> {
    const sent = this.draft;
    const parsed = flowDraftSchema.safeParse(sent);
    if (this.isSaving || !parsed.success) return false;
    this.isSaving = true;
    this.failure = undefined;
    try {
      await send(parsed.data);
      this.#kept = sent;
      this.forget();
      return true;
    } catch (cause) {
      if (cause instanceof ApiProblem && cause.problem.problems.length > 0)
        this.#told = { about: sent, faults: cause.problem.problems.map(faultOfProblem) };
      else this.failure = problemText(cause);
      return false;
    } finally {
      this.isSaving = false;
    }
  }

  #changed(): void {
    if (!this.draft.steps[this.selected]) this.selected = this.draft.start;
    this.#stopCheck();
    this.#stopCheck = browserClock.after(checkAfterMs, () => {
      remember(this.#memory, this.isDirty ? JSON.stringify(this.draft) : undefined);
      void this.#check();
    });
  }

  /** Asks the centre, which knows what exists; a draft that is none yet is not asked about. */
  async #check(): Promise<void> {
    const about = this.draft;
    const parsed = flowDraftSchema.safeParse(about);
    if (!parsed.success) return;
    this.isChecking = true;
    try {
      const { items } = await api.call('POST /api/flows/check', { body: parsed.data });
      if (about === this.draft) this.#told = { about, faults: items };
    } catch {
      // Without an answer the check made here stands; saving asks again.
    } finally {
      this.isChecking = false;
    }
  }

  /** The same check, made here while the centre has not answered yet. */
  #meaningHere(): PlacedFault[] {
    const { queues, agents, flows, sites, mailboxes, faxBoxes, ringGroups, calendars } =
      this.#surroundings.destinations();
    const prompts = this.#surroundings.prompts();
    return checkFlow(this.draft, {
      hasPrompt: (id) => prompts.some((prompt) => prompt.id === id),
      hasQueue: (id) => queues.some((queue) => queue.id === id),
      hasAgent: (id) => agents.some((agent) => agent.id === id),
      // Which there are is the centre's to say.
      hasConnector: (id) => id !== '',
      extension: (id) => (id === '' ? undefined : 'unseen'),
      hasFlow: (id) => flows.some((flow) => flow.id === id && flow.publishedVersion !== null),
      hasSite: (id) => sites.some((site) => site.id === id),
      hasMailbox: (id) => mailboxes.some((box) => box.id === id),
      hasRingGroup: (id) => ringGroups.some((group) => group.id === id),
      hasCalendar: (id) => calendars.some((one) => one.id === id),
      hasFaxBox: (id) => faxBoxes.some((box) => box.id === id),
      expressions,
    });
  }
}
