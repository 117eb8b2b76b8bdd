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

/** A body of these parts. `boundary` is chance's, so that it stands in none of them. */
export function bodyOfParts(
  parts: readonly { readonly contentType: string; readonly text: string }[],
  boundary: string,
): { readonly contentType: string; readonly body: string } {
  const pieces = parts.map(
    ({ contentType, text }) => `--${boundary}\r\nContent-Type: ${contentType}\r\n\r\n${text}\r\n`,
  );
  return {
    contentType: `multipart/mixed;boundary=${boundary}`,
    body: `${pieces.join('')}--${boundary}--\r\n`,
  };
}

function boundaryOf(contentType: string): string {
  const semicolon = contentType.indexOf(';');
  if (semicolon < 0) return '';
  const params = new Scanner(contentType, semicolon).params();
  return (params && paramOf(params, 'boundary')) ?? '';
}
