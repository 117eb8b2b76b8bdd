/** Every limit of what the node witnesses of its calls' sound, units last. */
/** What has ended is looked at this often; one signature serves all of a tenant that is whole by then. */
export const attestEveryMs = 5_000;
/** A line may close this long after its call: whoever is left hears the release tone. */
export const linesSettleMs = 4_000;
/** Calls waiting to be signed for, while the key cannot be had; the oldest go first. */
export const unsignedCallsMax = 20_000;
