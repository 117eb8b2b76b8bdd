/** Phones that register again and again, each as soon as it has its answer. Started by `fork`, spoken to by messages. */
import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { phonePassword } from '../../apps/edge-node/test/fixture-config.ts';

export interface RegisteringPhones {
  readonly address: string;
  readonly port: number;
  readonly domain: string;
  readonly extensions: readonly string[];
}

interface Phone {
  readonly extension: string;
  readonly ha1: string;
  nonce: string;
  uses: number;
  cseq: number;
  askedAtMs: number;
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const silentMs = 1_000;
const socket = createSocket({
  type: 'udp4',
  recvBufferSize: 4 * 1024 * 1024,
  lookup: (address, _options, found) => found(null, address, 4),
});
const phones = new Map<string, Phone>();
let node: RegisteringPhones;
let done = 0;

process.on('disconnect', () => process.exit(0));
process.on('message', (message: RegisteringPhones | 'count') => {
  if (message === 'count') return process.send!(done);
  node = message;
  for (const extension of node.extensions) {
    const ha1 = md5(`${extension}:${node.domain}:${phonePassword}`);
    phones.set(extension, { extension, ha1, nonce: '', uses: 0, cseq: 0, askedAtMs: 0 });
  }
  for (const phone of phones.values()) ask(phone);
  setInterval(() => {
    for (const phone of phones.values()) if (performance.now() - phone.askedAtMs > silentMs) ask(phone);
  }, silentMs);
});

await new Promise<void>((bound) => socket.bind(0, '127.0.0.4', () => bound()));
socket.on('message', (octets) => {
  const text = octets.toString('latin1');
  const phone = phones.get(/^Call-ID: (\d+)@/m.exec(text)![1]!)!;
  if (text.startsWith('SIP/2.0 200')) done++;
  else {
    phone.nonce = /nonce="([^"]+)"/.exec(/^WWW-Authenticate: .*MD5.*$/m.exec(text)?.[0] ?? text)?.[1] ?? '';
    phone.uses = 0;
  }
  ask(phone);
});

function ask(phone: Phone): void {
  const { extension } = phone;
  const uri = `sip:${node.domain}`;
  phone.cseq++;
  phone.askedAtMs = performance.now();
  const text =
    `REGISTER ${uri} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.4:${socket.address().port};branch=z9hG4bK${extension}-${phone.cseq}\r\n` +
    `Max-Forwards: 70\r\nFrom: <sip:${extension}@${node.domain}>;tag=r${extension}\r\nTo: <sip:${extension}@${node.domain}>\r\n` +
    `Call-ID: ${extension}@127.0.0.4\r\nCSeq: ${phone.cseq} REGISTER\r\nContact: <sip:${extension}@127.0.0.4:${socket.address().port}>\r\n` +
    `Expires: 3600\r\n${proofOf(phone, uri)}Content-Length: 0\r\n\r\n`;
  socket.send(text, node.port, node.address);
}

/** RFC 7616 §3.4.1, quality of protection `auth`. */
function proofOf(phone: Phone, uri: string): string {
  if (phone.nonce === '') return '';
  const nc = (++phone.uses).toString(16).padStart(8, '0');
  const response = md5(`${phone.ha1}:${phone.nonce}:${nc}:c:auth:${md5(`REGISTER:${uri}`)}`);
  return `Authorization: Digest username="${phone.extension}", realm="${node.domain}", nonce="${phone.nonce}", uri="${uri}", qop=auth, nc=${nc}, cnonce="c", response="${response}", algorithm=MD5\r\n`;
}
