/** For tests only: what people and machines do in a network of their own, each as a process there (`box-party.ts`). */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { Rtpengine } from '@seatgrid/testkit/rtpengine.ts';
import { makeCertificate } from '@seatgrid/testkit/test-certificate.ts';
import { TestPhone, type PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import type { TestRtpPeer } from '@seatgrid/testkit/test-rtp-peer.ts';
import { carrierScript, transitScript } from './kamailio-scripts.ts';
import { Kamailio } from './kamailio.ts';
import { RegisteredPhone } from './registered-phone.ts';
import { TestDesk } from './test-desk.ts';
import { agentHz, callerHz, outsideHz, toneOf, whoIsHeard } from './tones.ts';
import { until } from './until.ts';

export interface CallHeard {
  /** Who was heard in the end. */
  readonly heard: readonly number[];
  /** From the INVITE to the answer. */
  readonly setUpMs: number;
  /** Packets of sound that should have come and did not. */
  readonly lost: number;
  readonly came: number;
}

export interface DeskHeard {
  readonly heard: readonly number[];
  readonly number: string;
  readonly calledNumber: string;
  /** What is known of the caller. */
  readonly collected: Readonly<Record<string, string>>;
}

const tell = (what: unknown) => process.stdout.write(`${JSON.stringify(what)}\n`);
const untilEnded = () => once(process, 'SIGTERM');
const endpoint = (text: string) => {
  const [host, port] = text.split(':') as [string, string];
  return { host, port: Number(port) };
};

/** A way in by a file, for a process of another network. */
async function door(path: string, host: string, port: string): Promise<void> {
  const server = createServer((near) => {
    const far = connect({ host, port: Number(port) });
    for (const [from, to] of [[near, far], [far, near]] as const)
      from.on('error', () => {}).on('close', () => to.destroy()).pipe(to);
  }); // prettier-ignore
  await new Promise<void>((listening) => server.listen(path, listening));
  tell({ isOpen: true });
  await untilEnded();
  process.exit(0);
}

/** Kamailio with rtpengine: customers register there, behind whatever NAT; their calls lead to a phone that tells whom it hears. */
async function carrier(address: string, realm: string, username: string, password: string, customerAddress: string): Promise<void> {
  const relay = await Rtpengine.start({ control: 22_222, address, from: 40_000, to: 40_999 });
  const outside = await TestPhone.open({
    address,
    onRung(invite, rtp) {
      const ends = { onReinvite: () => rtp.sdp(), onEnded: () => tell({ ended: invite.requestUser }) };
      invite.accept(rtp.sdp(), ends);
      rtp.connect(invite.sdp);
      rtp.speak(toneOf(outsideHz));
      void hearing(rtp).then((heard) => tell({ heard, number: invite.requestUser }));
    },
  });
  const kamailio = await Kamailio.start({
    address,
    certificate: makeCertificate(`IP:${address}`),
    plainPort: 5060,
    script: () =>
      carrierScript({ realm, username, password, customerAddress, outside: { host: address, port: outside.sipPort }, relayControl: 22_222 }),
  });
  tell({ port: kamailio.ports.plain });
  await untilEnded();
  await kamailio.close();
  await relay.close();
  process.exit(0);
} // prettier-ignore

/** The same between customers that reach nobody but it: `numbers` says as JSON where each is. */
async function transit(address: string, numbers: string): Promise<void> {
  const relay = await Rtpengine.start({ control: 22_222, address, from: 40_000, to: 40_999 });
  const kamailio = await Kamailio.start({
    address,
    certificate: makeCertificate(`IP:${address}`),
    plainPort: 5060,
    script: () => transitScript({ numbers: JSON.parse(numbers) as Record<string, string>, relayControl: 22_222 }),
  });
  tell({ isOpen: true });
  await untilEnded();
  await kamailio.close();
  await relay.close();
  process.exit(0);
} // prettier-ignore

/** Who is heard there, as soon as anybody is. */
async function hearing(rtp: TestRtpPeer): Promise<number[]> {
  const endsMs = performance.now() + 30_000;
  for (;;) {
    const heard = whoIsHeard(await rtp.listen(400, Math.max(1_000, endsMs - performance.now())));
    if (heard.length > 0 || performance.now() > endsMs) return heard;
  }
}

/** One call: the keys are pressed once something is heard, then it is told who is; it lasts until it is ended. */
async function call(from: string, to: string, number: string, keys = ''): Promise<void> {
  const { placed, close } = await ring(from, to, number);
  if (keys !== '') {
    await hearsSomething(placed);
    placed.press(keys);
  }
  const heard = await hearing(placed.rtp);
  tell({ heard });
  await close(heard);
}

/** The same of one who listens and does nothing. */
async function listener(from: string, to: string, number: string): Promise<void> {
  const { placed, close } = await ring(from, to, number);
  await hearsSomething(placed);
  tell({ heard: [] });
  await close([]);
}

async function ring(from: string, to: string, number: string) {
  const phone = await TestPhone.open({ address: from });
  const beganMs = performance.now();
  const placed = await phone.ring({ ...endpoint(to), number, from: '13800138000' });
  placed.rtp.speak(toneOf(callerHz));
  await placed.until(['talking'], 30_000);
  const setUpMs = Math.round(performance.now() - beganMs);
  const close = async (heard: readonly number[]) => {
    await untilEnded();
    tell({ heard, setUpMs, ...counted(placed.rtp) } satisfies CallHeard);
    placed.hangUp();
    await until('the goodbye', () => placed.state.kind !== 'talking').catch(() => {});
    await phone.close();
  };
  return { placed, close };
}

const hearsSomething = ({ rtp }: PhoneCall) => rtp.until(() => rtp.packets.length > 50, 20_000, 'a word');

/** By the numbers of the packets, each stream by itself. */
function counted({ packets }: TestRtpPeer): { came: number; lost: number } {
  let lost = 0;
  for (const [index, { sequence, ssrc }] of packets.entries()) {
    const before = packets[index - 1];
    if (before?.ssrc === ssrc) lost += (sequence - before.sequence - 1) & 0xffff;
  }
  return { came: packets.length, lost };
}

/** An agent at a desk, in a browser: answers whoever comes, and tells whom they hear. */
async function desk(url: string, token: string): Promise<void> {
  const own = await TestDesk.openWith(url, token);
  await until('the first state', () => own.state);
  await own.done({ kind: 'sign-in', device: 'browser' });
  await own.done({ kind: 'ready' });
  tell({ isReady: true });
  void untilEnded().then(() => process.exit(0));
  for (;;) {
    const { number, calledNumber, collected } = await own.answer(600_000);
    own.sound!.speak(toneOf(agentHz));
    let heard: number[] = [];
    for (let tries = 0; heard.length === 0 && tries < 20; tries++) heard = whoIsHeard(await own.listen(400));
    tell({ heard, number, calledNumber, collected } satisfies DeskHeard);
    await until('the call to end', () => own.state!.interaction?.state !== 'talking', 120_000);
  }
}

/** A desk phone that registers by the name of its node's site, and calls out. */
async function phone(from: string, node: string, domain: string, extension: string, number: string): Promise<void> {
  const proxy = { address: endpoint(node).host, port: endpoint(node).port };
  const own = await RegisteredPhone.open({ sipPort: proxy.port }, { extension, domain, address: from, proxy });
  tell({ status: await own.register() });
  own.rtp.speak(toneOf(agentHz));
  own.dial(number);
  await own.untilTalking();
  tell({ heard: await hearing(own.rtp) });
  await untilEnded();
  own.hangUp();
  await own.close();
} // prettier-ignore

export const siteActs = { door, carrier, transit, call, listener, desk, phone };
