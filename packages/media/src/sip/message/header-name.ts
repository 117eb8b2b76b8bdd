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

const wellKnown = (
  'Accept Accept-Encoding Accept-Language Alert-Info Allow Allow-Events Authorization Call-ID ' +
  'Call-Info Contact Content-Disposition Content-Encoding Content-Language Content-Length ' +
  'Content-Type CSeq Date Diversion Error-Info Event Expires From History-Info In-Reply-To ' +
  'Max-Forwards MIME-Version Min-Expires Min-SE Organization P-Asserted-Identity ' +
  'P-Preferred-Identity Path Priority Privacy Proxy-Authenticate Proxy-Authorization Proxy-Require ' +
  'RAck Reason Record-Route Refer-To Referred-By Remote-Party-ID Replaces Reply-To Require ' +
  'Retry-After Route RSeq Server Service-Route Session-Expires SIP-ETag SIP-If-Match Subject ' +
  'Subscription-State Supported Timestamp To Unsupported User-Agent Via Warning WWW-Authenticate'
).split(' ');

const spellings = new Map<string, string>();
for (const name of wellKnown) {
  for (const spelling of [name, name.toLowerCase(), name.toUpperCase()]) spellings.set(spelling, name);
}
for (const [letter, name] of Object.entries(compactForms)) {
  spellings.set(letter, name);
  spellings.set(letter.toUpperCase(), name);
}

/** Undefined for names nobody is looking for: whoever reads them must see that they are tokens. */
export function knownHeaderName(raw: string): string | undefined {
  return spellings.get(raw);
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
