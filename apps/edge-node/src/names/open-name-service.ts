/** What names mean, by the name servers of this machine or those it was told of; each answer with how long it may be believed. */
import { lookup } from 'node:dns/promises';
import type { NaptrData, SrvData } from 'dns-packet';
import type { NameAnswer, NameService } from '@seatgrid/media/sip/location/name-service.ts';
import { nameAliasesMax, nameLifeMsMax, nameLifeMsMin, nameMissingLifeMs } from '../limits.ts';
import {
  askNameServers,
  sameName,
  type NamePacket,
  type NameServers,
  type NameType,
} from './ask-name-servers.ts';

/** What a record of each type says. */
interface Data {
  readonly A: string;
  readonly AAAA: string;
  readonly NAPTR: NaptrData;
  readonly SRV: SrvData;
  readonly CNAME: string;
}

interface HeldRecord<T extends keyof Data> {
  readonly name: string;
  readonly type: T;
  readonly ttl: number;
  readonly data: Data[T];
}

export function openNameService(options: NameServers): NameService {
  const ask = async <T extends NameType>(name: string, type: T): Promise<NameAnswer<Data[T]>> =>
    read(await askNameServers(options, name, type), name, type);
  return {
    async naptr(name) {
      const { records, ttlMs } = await ask(name, 'NAPTR');
      return {
        ttlMs,
        records: records.map(({ order, preference, flags, services, replacement }) => ({
          order: order ?? 0,
          preference: preference ?? 0,
          flags: flags ?? '',
          service: services ?? '',
          replacement: hostOf(replacement),
        })),
      };
    },
    async srv(name) {
      const { records, ttlMs } = await ask(name, 'SRV');
      return {
        ttlMs,
        records: records.map(({ priority, weight, port, target }) => ({
          priority: priority ?? 0,
          weight: weight ?? 0,
          port,
          host: hostOf(target),
        })),
      };
    },
    async addresses(name) {
      const families = await Promise.allSettled([ask(name, 'A'), ask(name, 'AAAA')]);
      const known = families.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      const records = known.flatMap((one) => one.records);
      if (records.length === 0) return fromThisMachine(name, families);
      const ttlMs = Math.min(...known.filter((one) => one.records.length > 0).map((one) => one.ttlMs));
      return { records, ttlMs };
    },
  };
}

/** Names that no server knows may stand in this machine's own files. */
async function fromThisMachine(
  name: string,
  asked: readonly PromiseSettledResult<NameAnswer<string>>[],
): Promise<NameAnswer<string>> {
  const found = await lookup(name, { all: true }).catch(() => []);
  const failed = asked.find((one) => one.status === 'rejected');
  if (found.length === 0 && failed) throw failed.reason;
  return { records: found.map(({ address }) => address), ttlMs: nameMissingLifeMs };
}

function read<T extends NameType>(packet: NamePacket, name: string, type: T): NameAnswer<Data[T]> {
  let ttlMs = nameLifeMsMax;
  let owner = name;
  for (let alias = 0; alias <= nameAliasesMax; alias++) {
    const records = heldBy(packet, owner, type);
    for (const { ttl } of records) ttlMs = shorter(ttlMs, ttl);
    if (records.length > 0) return { records: records.map(({ data }) => data), ttlMs };
    // RFC 1034 §3.6.2: the answer is that of the name behind the alias.
    const [cname] = heldBy(packet, owner, 'CNAME');
    if (!cname) break;
    ttlMs = shorter(ttlMs, cname.ttl);
    owner = cname.data;
  }
  return { records: [], ttlMs: shorter(ttlMs, missingSecondsOf(packet)) };
}

function heldBy<T extends keyof Data>({ answers = [] }: NamePacket, owner: string, type: T): HeldRecord<T>[] {
  return answers.filter(
    (one) => one.type === type && sameName(one.name, owner),
  ) as unknown as HeldRecord<T>[];
}

/** RFC 2308 §5: that there is nothing holds for the lesser of the SOA's own life and its last field. */
function missingSecondsOf({ authorities = [] }: NamePacket): number {
  const soa = authorities.find((one) => one.type === 'SOA');
  return soa ? Math.min(soa.ttl ?? 0, soa.data.minimum ?? 0) : nameMissingLifeMs / 1_000;
}

/** Neither asked for with each call nor believed for ever. */
function shorter(ttlMs: number, seconds: number | undefined): number {
  return Math.min(ttlMs, Math.max((seconds ?? 0) * 1_000, nameLifeMsMin));
}

function hostOf(name: string | undefined): string {
  return (name ?? '').replace(/\.$/, '').toLowerCase();
}
