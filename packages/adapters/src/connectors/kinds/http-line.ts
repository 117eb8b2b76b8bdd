/** Web services by HTTP: JSON, forms, or any text. Values are escaped for the place they stand in. */
import type { HttpBody, HttpRequest } from '@seatgrid/core/connectors/ask-connector.ts';
import { ConnectorError } from '../connector-error.ts';
import type { LineKind } from '../connector-line.ts';
import { readDocument } from '../documents.ts';
import { Exchanger, urlOf, type Exchanged } from './http-exchange.ts';

export const httpLine: LineKind<'http'> = {
  async open({ settings, secrets, guard }) {
    const base = urlOf(settings.baseUrl);
    const exchanger = new Exchanger({ ...settings, origin: base.origin, secrets }, guard);
    return {
      async ask(request, signal) {
        if (request.kind === 'probe') {
          const exchanged = await exchanger.exchange({ method: 'GET', url: base, headers: {}, body: null }, signal);
          if (exchanged.status === 401 || exchanged.status === 403) throw refusalOf(exchanged);
          return { document: { text: `HTTP ${exchanged.status}` }, status: exchanged.status };
        }
        if (request.kind !== 'http')
          throw new ConnectorError('misasked', 'a web service is asked by an HTTP request');
        const body = request.body && contentOf(request.body);
        const exchanged = await exchanger.exchange(
          {
            method: request.method,
            url: placeOf(base, request),
            headers: { accept: 'application/json, application/xml, text/*;q=0.8', ...(body ? { 'content-type': body.type } : {}) },
            body: body?.text ?? null,
          },
          signal,
        );
        if (exchanged.status >= 300) throw refusalOf(exchanged);
        return { document: readDocument(exchanged.text, exchanged.mediaType), status: exchanged.status };
      },
      isBroken: false,
      destroy: () => exchanger.destroy(),
    };
  },
}; // prettier-ignore

/** A value stays in its own segment: it can neither climb out of the path nor ask for more. */
function placeOf(base: URL, { path, values, query }: HttpRequest): URL {
  const filled = path.replaceAll(/:([A-Za-z_]\w{0,39})/g, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined || value === null || value === '' || /^\.\.?$/.test(value))
      throw new ConnectorError(
        'misasked',
        `the path names :${name}, which has no value that can stand there`,
      );
    return encodeURIComponent(value);
  });
  const url = new URL(base);
  url.pathname = `${base.pathname.replace(/\/$/, '')}/${filled.replace(/^\//, '')}`;
  if (url.origin !== base.origin) throw new ConnectorError('misasked', `${path} leads away`);
  for (const [name, value] of Object.entries(query)) url.searchParams.append(name, value);
  return url;
}

function contentOf(body: HttpBody): { readonly type: string; readonly text: string } {
  switch (body.kind) {
    case 'json':
      return { type: 'application/json', text: JSON.stringify(body.fields) };
    case 'form': {
      const given = Object.entries(body.fields).map(
        ([name, value]) => [name, value ?? ''] as [string, string],
      );
      return { type: 'application/x-www-form-urlencoded', text: new URLSearchParams(given).toString() };
    }
    case 'text':
      return { type: body.type, text: body.text };
  }
}

export function refusalOf({ status, reason }: Exchanged): ConnectorError {
  const isAdmission = status === 401 || status === 403 || status === 407;
  return new ConnectorError(isAdmission ? 'not-admitted' : 'refused', `HTTP ${status} ${reason}`);
}
