/** Numbers of more digits than this before the point are read digit by digit: nobody counts along further. */
export const spokenWholeDigitsMax = 16;
/** Digits after the point that are spoken. */
export const spokenFractionDigitsMax = 12;
/** Digits of a telephone number in one breath. */
export const phoneGroupDigitsMax = 4;
