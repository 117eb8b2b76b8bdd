/** The designer's live figures and comparisons, and the live view of one call in a flow. */
export const en = {
  'flow.callsNow': '{count, plural, one {# call stands} other {# calls stand}} here now',
  'flow.callsLastTold':
    '{count, plural, one {# call} other {# calls}} here when a node was last heard that has lost its link',
  'flow.callsElsewhere':
    '{count, plural, one {# call stands} other {# calls stand}} at a step of another version, which is not drawn here',
} as const;
