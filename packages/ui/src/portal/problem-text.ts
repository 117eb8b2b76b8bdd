import { ApiProblem } from '@seatgrid/contracts/api/client.ts';

type ProblemWord = `problem.${ApiProblem['problem']['code']}`;

/** What to tell the person about a call to the API that failed: in their language, with the API's own detail where it has one. */
export function createProblemText(say: (word: ProblemWord, values: { readonly detail: string }) => string) {
  return (cause: unknown): string => {
    if (!(cause instanceof ApiProblem))
      return say('problem.fault', { detail: cause instanceof Error ? cause.message : String(cause) });
    const { code, message, problems } = cause.problem;
    const named = problems.map((problem) => `${problem.path}: ${problem.message}`).join('; ');
    return say(`problem.${code}`, { detail: named || message });
  };
}
