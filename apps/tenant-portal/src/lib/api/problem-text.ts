import { ApiProblem } from '@seatgrid/contracts/api/client.ts';
import { say } from '#lib/words/say.svelte.ts';

/** What to tell the person about a call to the API that failed: in their language, with the API's own detail where it has one. */
export function problemText(cause: unknown): string {
  if (!(cause instanceof ApiProblem))
    return say('problem.fault', { detail: cause instanceof Error ? cause.message : String(cause) });
  const { code, message, problems } = cause.problem;
  const named = problems.map((problem) => `${problem.path}: ${problem.message}`).join('; ');
  return say(`problem.${code}`, { detail: named || message });
}

/** The problems of a refused form by the path of their field, to be shown beside it. */
export function fieldProblems(cause: unknown): Readonly<Record<string, string>> {
  if (!(cause instanceof ApiProblem)) return {};
  return Object.fromEntries(cause.problem.problems.map((problem) => [problem.path, problem.message]));
}
