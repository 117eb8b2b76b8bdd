/**
 * Finds a public number however a carrier writes it: `+8640080010001`, `008640080010001`, `8640080010001`, or the national
 * forms `40080010001` and `040080010001`. A national form that could mean two numbers means none.
 */
export class DidIndex<Did extends { readonly number: string }> {
  readonly #byDigits = new Map<string, Did>();
  /** Without the country code, which is 1 to 3 digits (ITU-T E.164 §6.2.1); null where two numbers end alike. */
  readonly #byNational = new Map<string, Did | null>();

  /** The number asked for last: a call asks for its own several times. */
  #last: { readonly dialled: string; readonly did: Did | undefined } = { dialled: '', did: undefined };

  constructor(dids: readonly Did[]) {
    for (const did of dids) {
      const digits = did.number.slice(1);
      this.#byDigits.set(digits, did);
      for (let code = 1; code <= 3 && digits.length - code >= nationalDigitsMin; code++) {
        const national = digits.slice(code);
        this.#byNational.set(national, this.#byNational.has(national) ? null : did);
      }
    }
  }

  find(dialled: string): Did | undefined {
    if (this.#byDigits.size === 0) return undefined;
    if (this.#last.dialled !== dialled) this.#last = { dialled, did: this.#search(dialled) };
    return this.#last.did;
  }

  #search(dialled: string): Did | undefined {
    const digits = dialled.replace(/[-. ()]/g, '');
    if (!/^\+?[0-9]{3,20}$/.test(digits)) return undefined;
    if (digits.startsWith('+')) return this.#byDigits.get(digits.slice(1));
    if (digits.startsWith('00')) return this.#byDigits.get(digits.slice(2));
    const bare = digits.startsWith('0') ? digits.slice(1) : digits;
    return this.#byDigits.get(digits) ?? this.#byNational.get(bare) ?? undefined;
  }
}

const nationalDigitsMin = 5;
