/** How a page of records reads and changes its address; each app gives its router's. */
export interface Navigator {
  /** The address's parameters; reactive. */
  readonly search: () => URLSearchParams;
  /** Goes to the same page with other parameters, without a scroll or a lost focus. */
  readonly show: (search: URLSearchParams) => void;
  /**
   * Asks before leaving: while `isDirty`, a way out is held up and `ask` is given what goes on with it. To be called while
   * a component is made.
   */
  readonly guard: (isDirty: () => boolean, ask: (goOn: () => void) => void) => void;
}
