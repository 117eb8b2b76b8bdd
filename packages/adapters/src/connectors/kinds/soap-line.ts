/** Web services by SOAP 1.1 and 1.2, document style: one element an operation, its fields inside. */
import type { BoundValues, Document, SoapRequest } from '@seatgrid/core/connectors/ask-connector.ts';
import type { SoapSettings } from '@seatgrid/core/connectors/connector.ts';
import { ConnectorError } from '../connector-error.ts';
import type { LineKind } from '../connector-line.ts';
import { readXml } from '../documents.ts';
import { Exchanger, urlOf, type Exchange, type Exchanged } from './http-exchange.ts';
import { refusalOf } from './http-line.ts';

export const soapLine: LineKind<'soap'> = {
  async open({ settings, secrets, guard }) {
    const url = urlOf(settings.url);
    const exchanger = new Exchanger({ ...settings, headers: {}, origin: url.origin, secrets }, guard);
    return {
      async ask(request, signal) {
        if (request.kind === 'probe') {
          const exchanged = await exchanger.exchange({ method: 'GET', url, headers: {}, body: null }, signal);
          if (exchanged.status === 401 || exchanged.status === 403) throw refusalOf(exchanged);
          return { document: { text: `HTTP ${exchanged.status}` }, status: exchanged.status };
        }
        if (request.kind !== 'soap')
          throw new ConnectorError('misasked', 'a SOAP service is asked by an operation');
        const exchanged = await exchanger.exchange(messageOf(settings, request, url), signal);
        return { document: answerIn(exchanged), status: exchanged.status };
      },
      isBroken: false,
      destroy: () => exchanger.destroy(),
    };
  },
};

const envelopes = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
};

function messageOf({ version, namespace }: SoapSettings, request: SoapRequest, url: URL): Exchange {
  const { operation, action, fields } = request;
  const body = `<${nameOf(operation)} xmlns="${escape(namespace)}">${elementsOf(fields)}</${operation}>`;
  return {
    method: 'POST',
    url,
    headers:
      version === '1.1'
        ? // SOAP 1.1 §6.1.1: an HTTP client MUST use this header field when issuing a SOAP HTTP Request.
          { 'content-type': 'text/xml; charset=utf-8', soapaction: `"${action}"` }
        : // RFC 3902 §2: the "action" parameter of application/soap+xml.
          { 'content-type': `application/soap+xml; charset=utf-8${action ? `; action="${action}"` : ''}` },
    body: `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="${envelopes[version]}"><s:Body>${body}</s:Body></s:Envelope>`,
  };
}

const elementsOf = (fields: BoundValues) =>
  Object.entries(fields)
    .map(([name, value]) => `<${nameOf(name)}>${escape(value ?? '')}</${name}>`)
    .join('');

function nameOf(name: string): string {
  if (/^[\p{L}_][\p{L}\p{N}_.-]*$/u.test(name)) return name;
  throw new ConnectorError('misasked', `${name} is no element’s name`);
}

const signs: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** XML 1.0 §2.2: what is no character of it has no escape either. */
const escape = (text: string) =>
  text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll(/[&<>"']/g, (sign) => signs[sign]!); // prettier-ignore

/** What stands in the body’s one element; a fault is a refusal. */
function answerIn(exchanged: Exchanged): Document {
  const isXml = /xml/.test(exchanged.mediaType) || exchanged.text.trimStart().startsWith('<');
  // A gateway's page of HTML says less than its status.
  if (exchanged.status >= 300 && exchanged.status !== 500) throw refusalOf(exchanged);
  if (!isXml)
    throw exchanged.status === 500 ? refusalOf(exchanged) : new ConnectorError('unreadable', 'no XML');
  const body = fieldOf(fieldOf(readXml(exchanged.text), 'Envelope'), 'Body');
  const fault = fieldOf(body, 'Fault');
  if (fault !== undefined) throw new ConnectorError('refused', reasonOf(fault));
  if (typeof body !== 'object' || body === null)
    throw new ConnectorError('unreadable', 'there is no SOAP body');
  return Object.values(body)[0] ?? null;
}

const reasonOf = (fault: Document) => {
  const reason = fieldOf(fault, 'faultstring') ?? fieldOf(fieldOf(fault, 'Reason'), 'Text');
  const text = fieldOf(reason, '#text') ?? reason;
  return typeof text === 'string' ? text : 'a fault without a reason';
};

function fieldOf(document: Document | undefined, name: string): Document | undefined {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return undefined;
  return Object.hasOwn(document, name) ? (document as Readonly<Record<string, Document>>)[name] : undefined;
}
