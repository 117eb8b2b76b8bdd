/** The names of header fields, as they are stored and written: one spelling a field, compact forms spelt out. */

const compactForms: Readonly<Record<string, string>> = {
  a: 'Accept-Contact',
  b: 'Referred-By',
  c: 'Content-Type',
  d: 'Request-Disposition',
  e: 'Content-Encoding',
  f: 'From',
  i: 'Call-ID',
  j: 'Reject-Contact',
  k: 'Supported',
  l: 'Content-Length',
  m: 'Contact',
  n: 'Identity-Info',
  o: 'Event',
  r: 'Refer-To',
  s: 'Subject',
  t: 'To',
  u: 'Allow-Events',
  v: 'Via',
  x: 'Session-Expires',
  y: 'Identity',
};

const wellKnownNames = (
  'Accept Accept-Encoding Accept-Language Alert-Info Allow Allow-Events Authorization Call-ID ' +
  'Call-Info Contact Content-Disposition Content-Encoding Content-Language Content-Length ' +
  'Content-Type CSeq Date Diversion Error-Info Event Expires From History-Info In-Reply-To ' +
  'Max-Forwards MIME-Version Min-Expires Min-SE Organization P-Asserted-Identity P-Called-Party-ID ' +
  'P-Preferred-Identity Path Priority Privacy Proxy-Authenticate Proxy-Authorization Proxy-Require ' +
  'RAck Reason Record-Route Refer-To Referred-By Remote-Party-ID Replaces Reply-To Require ' +
  'Retry-After Route RSeq Server Service-Route Session-Expires SIP-ETag SIP-If-Match Subject ' +
  'Subscription-State Supported Timestamp To Unsupported User-Agent Via Warning WWW-Authenticate'
).split(' ');
/** Names of properties are compared by identity: so are these, being the same texts. */
const wellKnown = Object.keys(Object.fromEntries(wellKnownNames.map((name) => [name, name])));

const spellings = new Map<string, string>();
for (const name of wellKnown) {
  for (const spelling of [name, name.toLowerCase(), name.toUpperCase()]) spellings.set(spelling, name);
}
for (const [letter, name] of Object.entries(compactForms)) {
  spellings.set(letter, name);
  spellings.set(letter.toUpperCase(), name);
}

/** By length and first two letters: a guess, which spares most lines a text of their own and its search. */
const guesses = Array.from({ length: 256 }, () => '');
for (const name of wellKnown) guesses[placeOf(Buffer.from(name), 0, name.length)] ||= name;

function placeOf(codes: Uint8Array, from: number, to: number): number {
  return ((to - from) * 41 + codes[from]! * 6 + codes[from + 1]!) & 255;
}

/** The name that stands there, `codes` being those of the text; undefined for one nobody is looking for: whoever reads it must see that it is a token. */
export function knownHeaderName(
  text: string,
  codes: Uint8Array,
  from: number,
  to: number,
): string | undefined {
  const guess = guesses[placeOf(codes, from, to)]!;
  if (guess !== '' && guess.length === to - from && text.startsWith(guess, from)) return guess;
  return spellings.get(text.slice(from, to));
}

/** `VIA`, `v` → `Via`; an unknown name in a spelling of its own, so that case never tells two names apart. */
export function canonicalHeaderName(raw: string): string {
  const known = spellings.get(raw);
  if (known !== undefined) return known;
  const lower = raw.toLowerCase();
  return spellings.get(lower) ?? capitalised(lower);
}

function capitalised(lower: string): string {
  let text = '';
  for (const part of lower.split('-')) {
    text += (text === '' ? '' : '-') + part.charAt(0).toUpperCase() + part.slice(1);
  }
  return text;
}

/** RFC 3261 §7.3.1: fields whose grammar is no list may stand once. */
export const singleValued: ReadonlySet<string> = new Set(
  (
    'Call-ID Content-Disposition Content-Length Content-Type CSeq Date Event Expires From ' +
    'Max-Forwards MIME-Version Min-Expires Refer-To Replaces Reply-To Retry-After RAck RSeq ' +
    'Session-Expires Subscription-State Timestamp To'
  ).split(' '),
);
