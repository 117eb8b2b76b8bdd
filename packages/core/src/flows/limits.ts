/** Steps a call may walk within `silentSpanMs`. */
export const stepsWithoutWaitingMax = 1_000;
export const silentSpanMs = 1_000;
/** Told to the record in one event, of those walked with nothing in between. */
export const stepsTogetherMax = 50;
/** The way to whoever asks the world outside, and back, beyond its own time. */
export const stepAnswerGraceMs = 5_000;
/** Whether anything hears the caller is known at once. */
export const recogniserSoughtMs = 1_000;
/** Characters of what a caller was understood to say. */
export const heardCharsMax = 200;
/** Characters of the words a recogniser is told to expect. */
export const recogniserHintCharsMax = 400;
/** Steps in one flow. */
export const flowStepsMax = 500;
/** Flows called within flows. */
export const subflowDepthMax = 8;
/** Of one call. */
export const variablesMax = 200;
/** Characters of a variable's text. */
export const valueCharsMax = 4_000;
/** Values in a list or record, those within them included, and how deep they lie. */
export const valueElementsMax = 1_000;
export const valueDepthMax = 8;
/** Characters of an expression, and parts it is made of. */
export const expressionCharsMax = 500;
export const expressionPartsMax = 100;
/** Of a step, told to the timeline; longer values are cut there. */
export const changesToldMax = 10;
export const changeCharsToldMax = 120;
/** Of a walk without a caller: words taken as heard, and rules gone to. */
export const stepsHeardMax = 50;
export const rulesFollowedMax = 20;
