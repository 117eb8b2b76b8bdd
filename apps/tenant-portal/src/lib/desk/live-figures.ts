import type { DeskState } from '@seatgrid/contracts/desk/desk-messages.ts';
import type { TodayFigures } from '@seatgrid/core/workforce/presence.ts';

/**
 * E-13: the figures of today as they stand at `nowMs`. The node counted up to `desk.atMs`; what runs since feeds the total
 * of the present state. Internal calls feed none.
 */
export function liveFigures(desk: DeskState, nowMs: number): TodayFigures {
  const running = runningTotal(desk);
  if (!running) return desk.figures;
  return { ...desk.figures, [running]: desk.figures[running] + Math.max(0, nowMs - desk.atMs) };
}

function runningTotal({
  presence,
  interaction,
  pauseReasons,
}: DeskState): 'answeringMs' | 'outgoingMs' | 'wrapMs' | 'breakMs' | 'notReadyMs' | undefined {
  switch (presence.state) {
    case 'talking':
      return interaction?.direction === 'inbound'
        ? 'answeringMs'
        : interaction?.direction === 'outbound'
          ? 'outgoingMs'
          : undefined;
    case 'wrapping':
      return 'wrapMs';
    case 'paused':
      return pauseReasons.find((reason) => reason.id === presence.pauseReasonId)?.kind === 'break'
        ? 'breakMs'
        : 'notReadyMs';
    default:
      return undefined;
  }
}
