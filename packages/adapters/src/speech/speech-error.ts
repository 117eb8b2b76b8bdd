/** Why a text could not be spoken. */
export class SpeechError extends Error {
  override readonly name = 'SpeechError';
  readonly code: 'missing' | 'failed' | 'too-long' | 'too-late' | 'closed';

  constructor(code: SpeechError['code'], message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
  }
}
