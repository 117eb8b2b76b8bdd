/** What tells the two bands of G.722 apart: their quantisers and the tables that go with them (ITU-T G.722 tables 11 to 19). */
import type { SubBandShape } from './sub-band.ts';

export const lowBand: SubBandShape = { logarithmMax: 18_432, logarithmShift: 8, firstStep: 32 };
export const highBand: SubBandShape = { logarithmMax: 22_528, logarithmShift: 10, firstStep: 8 };

/** Decision levels of the six-bit quantiser, to be scaled by the step. */
export const lowLevels = Int16Array.from([
  35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940, 1023, 1121, 1219,
  1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919,
]);
/** Codes of the interval found, for a positive and a negative difference. */
export const lowCodesPositive = Uint8Array.from({ length: 30 }, (_, interval) => 61 - interval);
export const lowCodesNegative = Uint8Array.from(
  { length: 30 },
  (_, interval) => (interval < 2 ? 63 : 33) - interval,
);

/** Outputs of the quantiser by four, five and six bits. */
export const lowValues4 = Int16Array.from([
  0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584, 1200, 0,
]);
export const lowValues5 = Int16Array.from([
  -280, -280, -23352, -17560, -14120, -11664, -9752, -8184, -6864, -5712, -4696, -3784, -2960, -2208, -1520,
  -880, 23352, 17560, 14120, 11664, 9752, 8184, 6864, 5712, 4696, 3784, 2960, 2208, 1520, 880, 280, -280,
]);
export const lowValues6 = Int16Array.from([
  -136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360,
  -8576, -7856, -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688,
  -1360, -1040, -728, 24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192,
  6576, 6000, 5456, 4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432,
  -136,
]);
const lowWeights = [-60, -30, 58, 172, 334, 538, 1198, 3042] as const;
/** What each four-bit code adds to the logarithm of the step. */
export const lowWeightsByCode = Int16Array.from(
  [0, 7, 6, 5, 4, 3, 2, 1, 7, 6, 5, 4, 3, 2, 1, 0].map((row) => lowWeights[row]!),
);

export const highLevel = 564;
export const highValues = Int16Array.of(-7408, -1616, 7408, 1616);
export const highWeightsByCode = Int16Array.of(798, -214, 798, -214);

/** Table 11: half of the 24 taps of the quadrature mirror filter, which is symmetric. */
export const mirrorTaps = Int16Array.of(3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11);
