/** Where the centre keeps files that are too many and too big for its database: written piece by piece, read by ranges. */
export interface Objects {
  /** Puts octets where they belong in an object that is not whole yet; saying the same again changes nothing. */
  write(key: string, at: number, octets: Uint8Array): Promise<void>;
  /** Whole from now on, if it is what its hash says; if it is not, nothing of it is left, and the answer is false. */
  seal(key: string, sha256: string): Promise<boolean>;
  /** Of a whole object; undefined where there is none. */
  read(
    key: string,
    range: { readonly from: number; readonly to: number },
  ): Promise<ReadableStream | undefined>;
}
