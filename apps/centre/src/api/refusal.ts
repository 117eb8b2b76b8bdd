/** Expected refusals as values, and the one table from refusal to HTTP. */
import type { Problem } from '@seatgrid/contracts/api/route.ts';

export class Refusal {
  readonly problem: Problem;
  constructor(problem: Problem) {
    this.problem = problem;
  }
}

/** By what the reader will do next: correct it, sign in, wait, look elsewhere, report it. */
export const httpStatus: Readonly<Record<Problem['code'], number>> = {
  malformed: 422,
  'not-signed-in': 401,
  'locked-out': 429,
  'not-found': 404,
  conflict: 409,
  refused: 409,
  quota: 409,
  'too-large': 413,
  'unsupported-format': 415,
  unavailable: 503,
  fault: 500,
};

type FieldProblem = Problem['problems'][number];

/** Also for what exists and is not the caller's: a stranger may not learn the difference. */
export const notFound = new Refusal({
  code: 'not-found',
  message: 'There is no such thing here.',
  problems: [],
});
export const notSignedIn = new Refusal({ code: 'not-signed-in', message: 'Sign in first.', problems: [] });

export function malformed(
  problems: readonly FieldProblem[],
  message = 'Something is missing or wrong.',
): Refusal {
  return new Refusal({ code: 'malformed', message, problems: [...problems] });
}

export function conflict(field: string, message: string): Refusal {
  return new Refusal({ code: 'conflict', message, problems: [{ path: field, message }] });
}

export function refused(message: string, problems: readonly FieldProblem[] = []): Refusal {
  return new Refusal({ code: 'refused', message, problems: [...problems] });
}

export function refusalOf(code: Problem['code'], message: string, retryAfterSeconds?: number): Refusal {
  const retry = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  return new Refusal({ code, message, problems: [], ...retry });
}
