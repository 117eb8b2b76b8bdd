/**
 * A connector as its form holds it: the fields of every kind side by side, as they are typed, under the paths by which faults are
 * told. A secret is never there to begin with.
 */
import type { ConnectorRead } from '@seatgrid/contracts/nouns/connector.ts';
import type { ConnectorKind, Framing, SocketSettings } from '@seatgrid/core/connectors/connector.ts';
import type { Locale } from '@seatgrid/core/kernel/locale.ts';
import { usualPorts } from './connector-kinds.ts';
import { readSigns, showSigns } from './unseen-signs.ts';

const unheard: Readonly<Record<Locale, string>> = { 'zh-Hans': '', 'zh-Hant': '', en: '' };
/** As Whisper calls them. Its smaller models do not know Cantonese (`yue`). */
const usualLanguages = { 'zh-Hans': 'zh', en: 'en' } as const;

type FramingWord = 'delimiter' | 'length2' | 'length4' | 'close';

export type ConnectorValues = ReturnType<typeof valuesOf>;

export function valuesOf(from: ConnectorRead | null) {
  const settings = from?.settings;
  const kind: ConnectorKind = settings?.kind ?? 'postgres';
  const socket = settings?.kind === 'socket' ? settings : null;
  const one = (name: string, otherwise = '') =>
    String((settings as Readonly<Record<string, unknown>> | undefined)?.[name] ?? otherwise);
  return {
    name: from?.name ?? '',
    runsAt: from?.runsAt ?? ('node' as const),
    timeoutMs: from?.timeoutMs ?? 5_000,
    linesMax: String(from?.linesMax ?? 4),
    settings: {
      kind,
      host: one('host'),
      port: one('port', usualPorts[kind]),
      database: one('database'),
      service: one('service'),
      user: one('user'),
      baseUrl: one('baseUrl'),
      url: one('url'),
      headers: settings?.kind === 'http' ? writeHeaders(settings.headers) : '',
      version: settings?.kind === 'soap' ? settings.version : ('1.1' as const),
      namespace: one('namespace'),
      life: (socket?.life ?? 'short') as SocketSettings['life'],
      framing: { kind: framingWord(socket?.framing), delimiter: delimiterOf(socket?.framing) },
      encoding: (socket?.encoding ?? 'utf-8') as SocketSettings['encoding'],
      separator: showSigns(socket?.separator ?? ''),
      address: one('address'),
      replyAddress: one('replyAddress'),
      model: one('model', 'whisper-1'),
      languages: { ...unheard, ...(settings?.kind === 'recogniser' ? settings.languages : usualLanguages) },
      tls: settings?.tls ?? { authority: '', certificate: '', serverName: '' },
    },
    isTls: Boolean(settings?.tls),
    secrets: { password: '', clientKey: '' },
    taken: { password: false, clientKey: false },
  };
}

export function bodyOf({ settings, isTls, secrets, taken, ...rest }: ConnectorValues) {
  const given = (secret: keyof typeof secrets) =>
    secrets[secret] !== '' ? { [secret]: secrets[secret] } : taken[secret] ? { [secret]: null } : {};
  return {
    name: rest.name,
    runsAt: rest.runsAt,
    timeoutMs: rest.timeoutMs,
    linesMax: Number(rest.linesMax),
    settings: { kind: settings.kind, ...ownSettings(settings), tls: isTls ? { ...settings.tls } : null },
    // No certificate, no key of one.
    secrets: { ...given('password'), ...(isTls ? given('clientKey') : { clientKey: null }) },
  };
}

function ownSettings(settings: ConnectorValues['settings']) {
  const { kind, user } = settings;
  const server = { host: settings.host.trim(), port: Number(settings.port) };
  switch (kind) {
    case 'postgres':
    case 'mysql':
    case 'sqlserver':
      return { ...server, database: settings.database, user };
    case 'oracle':
      return { ...server, service: settings.service, user };
    case 'http':
      return { baseUrl: settings.baseUrl.trim(), user, headers: readHeaders(settings.headers) };
    case 'soap':
      return { url: settings.url.trim(), version: settings.version, namespace: settings.namespace, user };
    case 'socket': {
      const { life, encoding } = settings;
      return {
        ...server,
        life,
        framing: framingOf(settings.framing),
        encoding,
        separator: readSigns(settings.separator),
      };
    }
    case 'amqp':
      return { ...server, user, address: settings.address, replyAddress: settings.replyAddress };
    case 'speaker':
      return { baseUrl: settings.baseUrl.trim(), model: settings.model };
    case 'recogniser':
      return {
        baseUrl: settings.baseUrl.trim(),
        model: settings.model,
        languages: heardLanguages(settings.languages),
      };
  }
}

/** One left empty is not heard. */
function heardLanguages(languages: Readonly<Record<Locale, string>>): Partial<Record<Locale, string>> {
  return Object.fromEntries(
    Object.entries(languages).flatMap(([locale, name]) =>
      name.trim() === '' ? [] : [[locale, name.trim()]],
    ),
  );
}

function framingWord(framing: Framing | undefined): FramingWord {
  if (framing?.kind === 'length') return framing.octets === 2 ? 'length2' : 'length4';
  return framing?.kind ?? 'delimiter';
}

const delimiterOf = (framing: Framing | undefined) =>
  showSigns(framing?.kind === 'delimiter' ? framing.delimiter : '\n');

function framingOf({ kind, delimiter }: { readonly kind: FramingWord; readonly delimiter: string }): Framing {
  if (kind === 'length2') return { kind: 'length', octets: 2 };
  if (kind === 'length4') return { kind: 'length', octets: 4 };
  return kind === 'close' ? { kind } : { kind, delimiter: readSigns(delimiter) };
}

const writeHeaders = (headers: Readonly<Record<string, string>>) =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');

/** A line without a colon is a header without a name, which the contract refuses. */
function readHeaders(typed: string): Record<string, string> {
  const lines = typed.split('\n').filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf(':');
      return [line.slice(0, Math.max(at, 0)).trim(), line.slice(at + 1).trim()];
    }),
  );
}
