/** Puts the centre together from its configuration, and takes it apart in the opposite order. */
import { mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { centreKeys, loadOrMakeCentreSecret } from '@seatgrid/adapters/jose/centre-keys.ts';
import { ExtensionRunner } from '@seatgrid/adapters/extensions/extension-runner.ts';
import { createMemoryBus } from '@seatgrid/adapters/memory/memory-bus.ts';
import { openObjectFolder } from '@seatgrid/adapters/files/object-folder.ts';
import { hashPassword } from '@seatgrid/adapters/password/password.ts';
import { constraintViolation } from '@seatgrid/adapters/postgres/constraint-violation.ts';
import { startEmbeddedPostgres } from '@seatgrid/adapters/postgres/embedded-postgres.ts';
import { openDatabase } from '@seatgrid/adapters/postgres/open-database.ts';
import { inPlatform } from '@seatgrid/adapters/postgres/scopes.ts';
import { insertOperator, listOperators } from '@seatgrid/adapters/postgres/stores/operator-store.ts';
import { connectRedisBus } from '@seatgrid/adapters/redis/redis-bus.ts';
import { dayMs } from '@seatgrid/core/kernel/duration.ts';
import type { Cancel, Clock } from '@seatgrid/core/kernel/clock.ts';
import { Kokoro } from '@seatgrid/adapters/speech/kokoro/kokoro.ts';
import { createIdSource } from '@seatgrid/core/kernel/ids.ts';
import { randomHex, type Random } from '@seatgrid/core/kernel/random.ts';
import type { Bus, BusMessage } from '@seatgrid/core/ports/bus.ts';
import { announce, topic, type Centre, type Changed } from './centre.ts';
import type { CentreConfig } from './config.ts';
import { CentreConnectors } from './connectors/centre-connectors.ts';
import { drainTimeoutMs } from './limits.ts';
import { matchAcrossNodes } from './matching/match-duty.ts';
import { watchForAlarms } from './nodes/alarm-duty.ts';
import { mailedFaxes } from './faxes/mail-faxes.ts';
import { mailDuty } from './mail/mail-duty.ts';
import { mailedMessages } from './messages/mail-messages.ts';
import { CentreCounters } from './metrics/centre-counters.ts';
import { serveLinks, type LinkRequest } from './nodes/link-server.ts';
import { readAgain } from './nodes/read-again.ts';
import { createRecordingFetch } from './nodes/recording-fetch.ts';
import { product } from './product.ts';
import { LivePicture, type NodeFloor, type NodePhones, type NodePulse } from './realtime/live-picture.ts';
import { serveRealtime } from './realtime/realtime-server.ts';
import { SpeechBeforehand } from './speech/speech-beforehand.ts';
import { workOffWhatIfs } from './what-if/what-if-duty.ts';
import { serveHttp } from './serve-http.ts';

export interface RunningCentre {
  readonly url: string;
  readonly centre: Centre;
  /** Settles when the embedded database ended by itself: the centre cannot go on. */
  readonly broken: Promise<string>;
  stop(): Promise<void>;
}

export interface Surroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export async function startCentre(
  config: CentreConfig,
  { clock, random, log }: Surroundings,
): Promise<RunningCentre> {
  mkdirSync(config.dataFolder, { recursive: true, mode: 0o700 });
  /** What was begun, to be ended last first; also when a later step fails. */
  const endings: (() => Promise<void>)[] = [];
  const end = async () => {
    for (const ending of endings.toReversed()) await ending();
  };
  try {
    const secret =
      config.sessionKey ?? loadOrMakeCentreSecret(join(config.dataFolder, 'centre.secret'), random);
    const keys = centreKeys(secret);
    const { ownerUrl, broken } = await databaseOf(config, { clock, random, log }, endings);
    const database = await openDatabase({ ownerUrl, clock, log: (line) => log.info(line) });
    endings.push(() => database.close());
    const bus = await busOf(config, log);
    endings.push(() => bus.close());
    const ids = createIdSource(clock, random);
    const live = new LivePicture(clock);
    const tellNode: Centre['tellNode'] = (nodeId, message) => {
      if (!live.isLinkUp(nodeId)) return false;
      const request: LinkRequest = { nodeId, message };
      void bus.publish(topic.link, request as unknown as BusMessage);
      return true;
    };
    const hasReplicas = config.redisUrl !== undefined;
    const recordings = createRecordingFetch({ clock, ids, bus, hasReplicas, send: tellNode });
    const connectors = new CentreConnectors({ clock, random, ids, bus, log, live, database, keys });
    endings.push(() => connectors.close());
    const kokoro = new Kokoro({ folder: config.voicesFolder, synthesiser: config.synthesiser, clock });
    const speech = new SpeechBeforehand({
      clock,
      log,
      database,
      connectors,
      kokoro,
      synthesiser: config.synthesiser,
      announce: (changed) => announce({ bus }, changed),
    });
    endings.push(
      () => speech.stop(),
      () => kokoro.close(),
    );
    await bus.subscribe(topic.changed, (message) => speech.note(message as unknown as Changed));
    const extensions = new ExtensionRunner({ clock });
    endings.push(() => extensions.close());
    const facts = {
      product,
      startedAtMs: clock.nowMs(),
      database: config.databaseUrl === undefined ? 'embedded' : 'external',
      bus: config.redisUrl === undefined ? 'memory' : 'redis',
      isSecure: config.isSecure,
    } as const;
    const centre: Centre = {
      clock,
      random,
      ids,
      log,
      database,
      keys,
      bus,
      live,
      recordings,
      objects: openObjectFolder(config.recordingsFolder),
      tellNode,
      connectors,
      speech,
      kokoro,
      extensions,
      counters: new CentreCounters(),
      facts,
    };
    // First of all listeners, so that whoever hears of a pulse or a floor finds it in the picture.
    await bus.subscribe(topic.nodeHealth, (message) => live.notePulse(message as unknown as NodePulse));
    await bus.subscribe(topic.floor, (message) => live.noteFloor(message as unknown as NodeFloor));
    await bus.subscribe(topic.phones, (message) => live.notePhones(message as unknown as NodePhones));
    await ensureFirstOperator(centre, config);
    await readAgain(centre);
    endings.push(lookAheadDaily(centre));
    endings.push(await matchAcrossNodes(centre));
    const links = await serveLinks(centre);
    const realtime = await serveRealtime(centre);
    const endAlarms = watchForAlarms(centre);
    endings.push(await workOffWhatIfs(centre));
    if (config.mail) {
      // Most installations mail nothing, and need not load what does.
      const { openSmtpMailer } = await import('@seatgrid/adapters/mail/smtp-mail.ts');
      const mailer = openSmtpMailer({ url: config.mail.smtpUrl, from: config.mail.from });
      const parts = { mailer, publicUrl: config.publicUrl ?? null };
      const endMails = [
        await mailDuty(centre, parts, mailedMessages),
        await mailDuty(centre, parts, mailedFaxes),
      ];
      endings.push(async () => {
        for (const end of endMails) await end();
        mailer.close();
      });
    }
    const portals = [
      { base: '/admin', folder: config.platformAdminFolder, name: '@seatgrid/platform-admin' },
      { base: '', folder: config.tenantPortalFolder, name: '@seatgrid/tenant-portal' },
    ];
    const server = serveHttp({ centre, links, realtime, portals, metricsToken: config.metricsToken });
    endings.push(async () => {
      // No newcomers; then those who would stay for ever are asked to go; then the others may finish.
      const closed = new Promise<void>((done) => server.close(() => done()));
      const cancel = clock.after(drainTimeoutMs, () => server.closeAllConnections());
      endAlarms();
      await realtime.stop();
      await links.stop();
      server.closeIdleConnections();
      await closed;
      cancel();
    });
    const port = await listen(server, config);
    const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`;
    return { url, centre, broken, stop: end };
  } catch (error) {
    await end();
    throw error;
  }
}

async function databaseOf(
  config: CentreConfig,
  { clock, random, log }: Surroundings,
  endings: (() => Promise<void>)[],
): Promise<{ ownerUrl: string; broken: Promise<string> }> {
  if (config.databaseUrl !== undefined)
    return { ownerUrl: config.databaseUrl, broken: new Promise(() => {}) };
  const postgres = await startEmbeddedPostgres({
    dataFolder: config.dataFolder,
    port: config.embeddedPostgresPort || undefined,
    clock,
    random,
    log: (line) => log.info({ from: 'postgres' }, line),
  });
  endings.push(() => postgres.stop());
  return { ownerUrl: postgres.ownerUrl, broken: postgres.ended.then(() => 'the embedded PostgreSQL ended') };
}

function busOf({ redisUrl }: CentreConfig, log: Logger): Promise<Bus> | Bus {
  const onListenerFault = (error: unknown) => log.error({ err: error }, 'bus listener');
  if (redisUrl === undefined) return createMemoryBus({ onListenerFault });
  const onConnectionFault = (error: unknown) => log.warn({ err: error }, 'redis');
  return connectRedisBus({ url: redisUrl, onListenerFault, onConnectionFault });
}

/** Somebody must be able to sign in to an empty platform. */
async function ensureFirstOperator(
  centre: Centre,
  { firstOperator, dataFolder }: CentreConfig,
): Promise<void> {
  if ((await inPlatform(centre.database.platform, listOperators)).length > 0) return;
  const { email } = firstOperator;
  const password = firstOperator.password ?? randomHex(centre.random, 9);
  const passwordHash = await hashPassword(password);
  try {
    await inPlatform(centre.database.platform, (trx) =>
      insertOperator(trx, { email, name: 'Operator', passwordHash }),
    );
  } catch (error) {
    // Another replica, started at the same moment, was quicker.
    if (constraintViolation(error)?.kind === 'taken') return;
    throw error;
  }
  if (firstOperator.password !== undefined) return;
  const file = join(dataFolder, 'first-operator.secret');
  writeFileSync(file, `${email}\n${password}\n`, { mode: 0o600 });
  centre.log.warn({ email, file }, 'the first operator was made; the password stands in the file: change it');
}

function lookAheadDaily(centre: Centre): () => Promise<void> {
  let cancel: Cancel = () => {};
  const next = () => {
    cancel = centre.clock.after(dayMs, () => {
      centre.database.lookAhead().catch((error: unknown) => centre.log.error({ err: error }, 'partitions'));
      next();
    });
  };
  next();
  return async () => cancel();
}

export class PortTaken extends Error {
  override readonly name = 'PortTaken';
}

function listen(server: ReturnType<typeof serveHttp>, { host, port }: CentreConfig): Promise<number> {
  return new Promise((listening, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      fail(
        error.code === 'EADDRINUSE'
          ? new PortTaken(
              `Port ${port} on ${host} is taken. Stop what uses it, or choose another with CENTRE_PORT.`,
            )
          : error,
      ),
    );
    server.listen(port, host, () => listening((server.address() as AddressInfo).port));
  });
}
