/** Every limit of connectors and extensions, units last. */
export const connectorTimeoutMsMin = 100;
export const connectorTimeoutMsMax = 60_000;
export const connectorLinesMax = 20;
/** Of one answer, as it comes from the network. */
export const connectorReplyOctetsMax = 1024 * 1024;
/** Of what is spoken for one text: some minutes. */
export const speechReplyOctetsMax = 32 * 1024 * 1024;
export const connectorReplyRowsMax = 1_000;
export const connectorRequestOctetsMax = 256 * 1024;
export const connectorDetailMax = 500;
export const documentDepthMax = 40;

/** Failures in a row after which a connector rests, and for how long. */
export const connectorFailuresMax = 5;
export const connectorRestMs = 10_000;

export const innerHostsMax = 100;
