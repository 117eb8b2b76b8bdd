/** Others that a decision names, the first in its order. */
export const passedOverMax = 4;
export const wideningsMax = 8;
