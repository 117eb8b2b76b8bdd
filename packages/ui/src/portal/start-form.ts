import { ApiProblem } from '@seatgrid/contracts/api/client.ts';
import { Form, schemaProblems, type Problems } from '../records/index.ts';

type Schema = Parameters<typeof schemaProblems>[0];

/** `explain` says why the API refused the whole, `refusalText` why one field. */
export function createStartForm(
  explain: (cause: unknown) => string,
  refusalText: (message: string) => string,
) {
  function fieldProblems(cause: unknown): Problems {
    if (!(cause instanceof ApiProblem)) return {};
    return Object.fromEntries(
      cause.problem.problems
        .filter((problem) => problem.path !== '')
        .map((problem) => [problem.path, refusalText(problem.message)]),
    );
  }

  /**
   * A form over a body of the API. `schema` is the body's own contract, so that what the centre would refuse is said before
   * it is asked; `shape` makes the body of the values where they are not the same.
   */
  return <Values extends object>(
    start: Values,
    schema?: Schema,
    shape: (values: Values) => unknown = (values) => values,
  ): Form<Values> =>
    new Form(start, {
      ...(schema ? { check: (values: Values) => schemaProblems(schema, shape(values)) } : {}),
      explain,
      fieldProblems,
    });
}
