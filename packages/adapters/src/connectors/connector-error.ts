/** What a line throws: a failure the flow can tell from others, with what the far side said. */
import type { ConnectorFailure, ConnectorFailureCode } from '@seatgrid/core/connectors/ask-connector.ts';
import { connectorDetailMax } from '@seatgrid/core/connectors/limits.ts';

export class ConnectorError extends Error {
  override readonly name = 'ConnectorError';
  readonly code: ConnectorFailureCode;

  constructor(code: ConnectorFailureCode, detail: string, cause?: unknown) {
    super(detail, cause === undefined ? {} : { cause });
    this.code = code;
  }
}

/** `meant`: what the kind’s own errors mean; anything of the network and of TLS is known here. */
export function failureOf(
  error: unknown,
  meant: (code: string, error: Error) => ConnectorFailureCode | undefined = () => undefined,
): ConnectorFailure {
  const known = chainOf(error).find((one) => one instanceof ConnectorError);
  if (known) return { code: known.code, detail: brief(known.message) };
  for (const one of chainOf(error)) {
    const code = String((one as { code?: unknown }).code ?? '');
    const meaning = meant(code, one) ?? networkCodes[code] ?? (isOfTls(code) ? 'certificate' : undefined);
    if (meaning) return { code: meaning, detail: brief(one.message || code) };
  }
  return { code: 'unreadable', detail: brief(error instanceof Error ? error.message : String(error)) };
}

const networkCodes: Readonly<Record<string, ConnectorFailureCode>> = {
  ENOTFOUND: 'unreachable', EAI_AGAIN: 'unreachable', ENODATA: 'unreachable', ECONNREFUSED: 'unreachable', ECONNRESET: 'unreachable',
  EHOSTUNREACH: 'unreachable', ENETUNREACH: 'unreachable', EPIPE: 'unreachable', ETIMEDOUT: 'timeout', EADDRNOTAVAIL: 'unreachable',
  ECONNABORTED: 'unreachable', EACCES: 'unreachable', EINVAL: 'unreachable',
}; // prettier-ignore

/** OpenSSL’s verdicts on a certificate have no prefix; everything else of TLS has. */
const isOfTls = (code: string) =>
  /^ERR_(TLS|SSL|OSSL)_|CERT|^UNABLE_TO_|^INVALID_(CA|PURPOSE)|^HOSTNAME_MISMATCH|^EPROTO$|^PATH_LENGTH/.test(
    code,
  );

function chainOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let at: unknown = error; at instanceof Error && chain.length < 8; at = at.cause) {
    chain.push(at);
    if (at instanceof AggregateError) chain.push(...at.errors.filter((one) => one instanceof Error));
  }
  return chain;
}

const brief = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, connectorDetailMax);
