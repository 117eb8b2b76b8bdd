/** B-06: asks the centre where calls are served best. A call waits for the answer for a moment alone, and not at all while the link is down. */
import type {
  RouteAsked,
  RoutePlace,
  RouteToCentre,
  RouteTold,
} from '@seatgrid/contracts/link/route-messages.ts';
import type { Clock } from '@seatgrid/core/kernel/clock.ts';
import { routeAskMaxMs } from '../limits.ts';

export interface RouteQuestionsOptions {
  readonly clock: Clock;
  readonly isCentreThere: () => boolean;
  readonly tell: (message: RouteToCentre) => void;
}

type Asked = Omit<RouteAsked, 'kind' | 'requestId'>;

export class RouteQuestions {
  /** Of the present configuration. */
  neighbours: readonly RoutePlace[] = [];
  readonly #options: RouteQuestionsOptions;
  readonly #open = new Map<string, (places: readonly RoutePlace[]) => void>();
  #asked = 0;

  constructor(options: RouteQuestionsOptions) {
    this.#options = options;
  }

  /** Empty: it stays. */
  ask(asked: Asked, heard: (places: readonly RoutePlace[]) => void): void {
    const alone = asked.mayStay ? [] : this.neighbours;
    this.#ask((requestId) => ({ kind: 'route-asked', requestId, ...asked }), alone, heard);
  }

  /** C-12: of a number whose tenant is not served here; empty: nobody serves it, as far as is known. */
  askNumber(number: string, heard: (places: readonly RoutePlace[]) => void): void {
    this.#ask((requestId) => ({ kind: 'route-number-asked', requestId, number }), [], heard);
  }

  /** `alone`: what holds while nobody answers. */
  #ask(
    question: (requestId: string) => RouteToCentre,
    alone: readonly RoutePlace[],
    heard: (places: readonly RoutePlace[]) => void,
  ): void {
    const { clock, isCentreThere, tell } = this.#options;
    if (!isCentreThere()) return heard(alone);
    const requestId = String(++this.#asked);
    const end = (places: readonly RoutePlace[]) => {
      cancel();
      this.#open.delete(requestId);
      heard(places);
    };
    const cancel = clock.after(routeAskMaxMs, () => end(alone));
    this.#open.set(requestId, end);
    tell(question(requestId));
  }

  hear({ requestId, places }: RouteTold): void {
    this.#open.get(requestId)?.(places);
  }
}
