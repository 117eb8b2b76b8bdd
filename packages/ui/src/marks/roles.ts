/** The colour roles of the tokens, by name; what a mark means is the app's to say. */
export type Role =
  'neutral' | 'green' | 'blue' | 'indigo' | 'amber' | 'red' | 'violet' | 'teal' | 'slate-red';

/** The shapes a state can take: each tells itself apart without its colour. */
export type MarkShape =
  | 'ring'
  | 'dot'
  | 'ringing'
  | 'handset'
  | 'handsets'
  | 'handset-out'
  | 'pencil'
  | 'bar'
  | 'cup'
  | 'eye'
  | 'broken-link'
  | 'pause'
  | 'check'
  | 'cross'
  | 'warning';
