/** The Via field (RFC 3261 §20.42): the way back, hop by hop. */
import { codeOf, formatParam, paramList, paramOf, Scanner, type Params } from './scanner.ts';
import { hostPort, parseHostPort } from './sip-uri.ts';

export interface Via {
  /** In upper case: UDP, TCP, TLS, WS, WSS or whatever stood there. */
  readonly protocol: string;
  readonly host: string;
  readonly port: number | undefined;
  readonly branch: string;
  readonly params: Params;
}

/** RFC 3261 §8.1.1.7: what tells a branch that is unique in space and time. */
export const branchCookie = 'z9hG4bK';

/** All of one field's values behind those before it; undefined where one is malformed. */
export function parseVias(text: string, before: Via[] | undefined): Via[] | undefined {
  const scanner = new Scanner(text);
  let vias = before;
  do {
    const via = scanVia(scanner);
    if (via === undefined) return undefined;
    if (vias) vias.push(via);
    else vias = [via];
  } while (scanner.take(codeOf.comma));
  return scanner.isAtEnd ? vias : undefined;
}

function scanVia(scanner: Scanner): Via | undefined {
  scanner.skipBlank();
  const protocol = takeProtocol(scanner);
  if (protocol === '') return undefined;
  const start = scanner.at;
  const end = endOfSentBy(scanner.text, start);
  const sentBy = parseHostPort(scanner.text, start, end);
  if (sentBy === undefined) return undefined;
  scanner.at = end;
  const params = scanner.params();
  if (params === undefined) return undefined;
  return { protocol, host: sentBy.host, port: sentBy.port, branch: paramOf(params, 'branch') ?? '', params };
}

const usual = 'SIP/2.0/UDP ';

/** `SIP / 2.0 / UDP` with the blanks behind it; '' where it is none. */
function takeProtocol(scanner: Scanner): string {
  if (scanner.text.startsWith(usual, scanner.at)) {
    scanner.at += usual.length;
    scanner.skipBlank();
    return 'UDP';
  }
  const name = scanner.token();
  if (!scanner.take(codeOf.slash)) return '';
  const version = scanner.token();
  if (!scanner.take(codeOf.slash)) return '';
  const protocol = scanner.token().toUpperCase();
  scanner.skipBlank();
  return name.toUpperCase() === 'SIP' && version !== '' ? protocol : '';
}

function endOfSentBy(text: string, start: number): number {
  let at = start;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === codeOf.semicolon || code === codeOf.comma || code === codeOf.space || code === codeOf.tab)
      break;
  }
  return at;
}

/** The topmost value as it goes back in a response: marked with where the request really came from. */
export function formatReceivedVia(
  via: Via,
  source: { readonly address: string; readonly port: number },
): string {
  const { params, wantsPort } = usualReturn(via) ?? paramsReturned(via);
  const text = `SIP/2.0/${via.protocol} ${hostPort(via.host, via.port)}${params}`;
  // RFC 3261 §18.2.1: received when the address differs; RFC 3581 §4: always when rport was asked for.
  if (wantsPort) return `${text};received=${source.address};rport=${source.port}`;
  return via.host === source.address ? text : `${text};received=${source.address}`;
}

interface ReturnedParams {
  readonly params: string;
  readonly wantsPort: boolean;
}

const branchStart = ';branch=';

/** A branch, and rport behind it at most: undefined for anything else. */
function usualReturn({ params, branch }: Via): ReturnedParams | undefined {
  if (!params.startsWith(branchStart)) return undefined;
  const end = branchStart.length + branch.length;
  if (params.length === end) return { params, wantsPort: false };
  const isAsked = params.length === end + 6 && params.endsWith(';rport');
  return isAsked ? { params: params.slice(0, end), wantsPort: true } : undefined;
}

function paramsReturned(via: Via): ReturnedParams {
  let text = '';
  let wantsPort = false;
  const params = paramList(via.params);
  for (let index = 0; index < params.length; index += 2) {
    const name = params[index]!;
    if (name === 'received') continue;
    // RFC 3581 §4: a server that finds an empty rport sets it to the source port.
    if (name === 'rport') wantsPort = true;
    else text += formatParam(name, params[index + 1]!);
  }
  return { params: text, wantsPort };
}
