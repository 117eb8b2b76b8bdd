/**
 * How the sound would be judged, by the E-model (ITU-T G.107) in the form that is left when nothing is known but loss and delay:
 * a rating R of 93.2 for everything at its default, less what delay and loss take, turned into a mean opinion score (Annex B).
 */

/** G.107 §7.1 with all defaults. */
const ratingMax = 93.2;
/** G.113 Appendix I, G.711 with its loss concealment (G.711 Appendix I): random loss of this share takes half of what it can. */
const lossRobustnessPercent = 25.1;
/** What complete loss would take (G.107 §7.5). */
const equipmentMax = 95;
/** Delay is hardly noticed below this (Cole and Rosenbluth's line through G.107 §7.4). */
const noticeableDelayMs = 177.3;

export interface Heard {
  /** Of the packets that should have come, 0 to 1. */
  readonly lostShare: number;
  /** From mouth to ear, as far as known. */
  readonly delayMs: number;
}

/** 1 to 4.5. */
export function meanOpinion({ lostShare, delayMs }: Heard): number {
  const lostPercent = 100 * lostShare;
  const delayImpairment = 0.024 * delayMs + 0.11 * Math.max(0, delayMs - noticeableDelayMs);
  const lossImpairment = (equipmentMax * lostPercent) / (lostPercent + lossRobustnessPercent);
  const rating = ratingMax - delayImpairment - lossImpairment;
  if (rating <= 0) return 1;
  return Math.max(1, 1 + 0.035 * rating + 7e-6 * rating * (rating - 60) * (100 - rating));
}
