/** What came of trying to sign in. */
export type LoginOutcome =
  | { readonly kind: 'in' }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'locked'; readonly retryAfterSeconds: number }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'failed'; readonly reason: string };

/** What came of a new password: done, or why not. */
export type PasswordOutcome =
  { readonly kind: 'changed' } | { readonly kind: 'refused'; readonly reason: string };
