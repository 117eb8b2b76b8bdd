/** Bodies of several parts (RFC 2046 §5.1, RFC 5621): a trunk may put its SDP beside something of its own. */
import { canonicalHeaderName } from './header-name.ts';
import { paramOf, Scanner } from './scanner.ts';

/** The first part of that type, or ''. */
export function partOf(body: string, contentType: string, wanted: string): string {
  const boundary = boundaryOf(contentType);
  if (boundary === '') return '';
  for (const piece of `\r\n${body}`.split(`\r\n--${boundary}`).slice(1)) {
    const headEnd = piece.indexOf('\r\n\r\n');
    if (piece.startsWith('--') || headEnd < 0) continue;
    for (const line of piece.slice(0, headEnd).split('\r\n')) {
      const colon = line.indexOf(':');
      if (colon < 0 || canonicalHeaderName(line.slice(0, colon).trim()) !== 'Content-Type') continue;
      const [type = ''] = line.slice(colon + 1).split(';');
      if (type.trim().toLowerCase() === wanted) return `${piece.slice(headEnd + 4)}\r\n`;
    }
  }
  return '';
}

function boundaryOf(contentType: string): string {
  const semicolon = contentType.indexOf(';');
  if (semicolon < 0) return '';
  const params = new Scanner(contentType, semicolon).params();
  return (params && paramOf(params, 'boundary')) ?? '';
}
