/** Rings a number of the running node with a phone of our own, and tells the SIP ladder and what was heard. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toTelephoneSamples } from '@seatgrid/media/audio/convert-prompt.ts';
import { readWav, writeWav } from '@seatgrid/media/audio/wav.ts';
import { sampleRateHz } from '@seatgrid/media/frame.ts';
import { describeSound, type SoundDescription } from '@seatgrid/testkit/describe-sound.ts';
import { TestPhone, type LadderLine, type PhoneCall } from '@seatgrid/testkit/test-phone.ts';
import { makeTone } from '@seatgrid/testkit/tone-maker.ts';
import { Obstacle, UsageFault, type Verb, type Words } from '../command-line.ts';
import * as checks from '../checks.ts';
import { dataOption, Installation } from '../house/installation.ts';
import { aptLine, isHere, speechTool } from '../house/machine-tools.ts';
import { pause, reach } from '../house/processes.ts';
import { paint } from '../house/progress.ts';
import { runCommand } from '../house/run-command.ts';

export const call: Verb = {
  name: 'call',
  summary: 'ring a number with a real SIP call and tell the ladder and what was heard.',
  operands: { usage: '<number>', min: 1, max: 1 },
  options: {
    data: dataOption,
    press: { summary: 'keys to press, a comma is a pause of a second', value: 'KEYS', check: checks.digits },
    'press-after': { summary: 'how long after the answer', value: 'TIME', fallback: '2s', check: checks.duration },
    say: { summary: 'speak this text again and again (espeak-ng)', value: 'TEXT' },
    tone: { summary: 'speak a tone of this frequency', value: 'HZ', check: checks.positiveNumber },
    talk: { summary: 'hang up so long after the answer', value: 'TIME', fallback: '15s', check: checks.duration },
    from: { summary: 'the caller’s number; by default one of the called country', value: 'NUMBER', check: checks.dialledNumber },
    tcp: { summary: 'SIP over TCP instead of UDP' },
    save: { summary: 'keep what was heard as a WAV file', value: 'FILE' },
    target: { summary: 'ring another node than the one of the data folder', value: 'HOST:PORT', check: (value) => (/^[0-9.]+:[0-9]+$/.test(value) ? undefined : 'such as 127.0.0.1:5060') },
  }, // prettier-ignore
  remarks: 'Exit code 0 when the call was answered, 4 when it was refused.',
  examples: [
    './seatgrid call +864008001000 --press 1 --talk 20s',
    './seatgrid call +18005550100 --press 1,,4711# --say "Good morning" --save heard.wav',
    './seatgrid call +864008001000 --tone 440 --from +8613900002222',
  ],
  async run(words) {
    const number = words.operands[0]!;
    const wrong = checks.dialledNumber(number);
    if (wrong) throw new UsageFault(`${number}: ${wrong}`);
    const node = target(words);
    const sound = await soundOf(words);
    const phone = await TestPhone.open({ address: node.host.startsWith('127.') ? '127.0.0.1' : '0.0.0.0', protocol: words.has('tcp') ? 'tcp' : 'udp' }); // prettier-ignore
    const from = words.optional('from') ?? (number.startsWith('+86') ? '+8613900001234' : '+12025550143');
    console.log(`${from} rings ${number} at ${node.host}:${node.port}`);
    const ringing = await phone.ring({ ...node, number, from });
    if (sound) ringing.rtp.speak(sound);
    const giveUp = () => ringing.hangUp();
    process.once('SIGINT', giveUp);
    await live(ringing, words);
    process.off('SIGINT', giveUp);
    const heard = ringing.rtp.heard();
    const { state } = ringing;
    await phone.close();
    tellLadder(phone.ladder);
    tellHeard(describeSound(heard));
    const file = words.optional('save');
    if (file !== undefined) {
      writeFileSync(file, writeWav(heard, sampleRateHz));
      console.log(`Saved as ${file}`);
    }
    if (state.kind !== 'failed') return 0;
    console.log(paint.amber(`Refused: ${state.status} ${state.reason}`));
    return 4;
  },
};

/** From ringing to its end, whoever ends it. */
async function live(ringing: PhoneCall, words: Words): Promise<void> {
  const answered = await ringing.until(['talking', 'failed', 'ended'], 180_000);
  if (answered.kind !== 'talking') return;
  const talkMs = checks.durationMs(words.text('talk'))!;
  const over = ringing.until(['ended'], talkMs).then(
    () => true,
    () => false,
  );
  await Promise.race([over, pressKeys(ringing, words).then(() => over)]);
  if (ringing.state.kind !== 'talking') return;
  ringing.hangUp();
  // The last messages of the ladder: BYE and its 200.
  await pause(300);
}

async function pressKeys(ringing: PhoneCall, words: Words): Promise<void> {
  const keys = words.optional('press');
  if (keys === undefined) return;
  await pause(checks.durationMs(words.text('press-after'))!);
  for (const key of keys) {
    if (ringing.state.kind !== 'talking') return;
    if (key === ',') await pause(1_000);
    else ringing.press(key);
  }
}

function target(words: Words): { readonly host: string; readonly port: number } {
  const given = words.optional('target');
  if (given !== undefined) {
    const [host, port] = given.split(':');
    return { host: host!, port: Number(port) };
  }
  const installation = new Installation(words.text('data'));
  const state = installation.read();
  if (!state || !installation.alive().has('node'))
    throw new Obstacle(
      'no node runs from this data folder',
      './seatgrid up, or name a node: --target HOST:PORT',
    );
  return { host: reach(state.address), port: state.ports.sip };
}

async function soundOf(words: Words): Promise<Int16Array | undefined> {
  const hz = words.optional('tone');
  const text = words.optional('say');
  if (hz !== undefined && text !== undefined) throw new UsageFault('--say or --tone, not both');
  if (hz !== undefined) return makeTone({ frequencyHz: Number(hz), durationMs: 1_000 });
  if (text === undefined) return undefined;
  if (!isHere(speechTool)) throw new Obstacle('--say needs espeak-ng', aptLine([speechTool]));
  const folder = mkdtempSync(join(tmpdir(), 'seatgrid-say-'));
  const file = join(folder, 'said.wav');
  const voice = /\p{Script=Han}/u.test(text) ? 'cmn-latn-pinyin' : 'en';
  const { code, output } = await runCommand(['espeak-ng', '-v', voice, '-w', file, '--', text]);
  if (code !== 0) throw new Obstacle(`espeak-ng failed: ${output.trim()}`, aptLine([speechTool]));
  const wav = readWav(readFileSync(file));
  rmSync(folder, { recursive: true });
  if (!wav.ok) throw new Error(wav.failure.detail);
  const said = toTelephoneSamples(wav.value);
  // Two seconds of breath before it is said again.
  const withPause = new Int16Array(said.length + 2 * sampleRateHz);
  withPause.set(said);
  return withPause;
}

function tellLadder(ladder: readonly LadderLine[]): void {
  const startMs = ladder[0]?.atMs ?? 0;
  console.log(`\n${paint.bold('Ladder')}${' '.repeat(11)}phone        node`);
  for (const { atMs, direction, startLine } of ladder) {
    const seconds = ((atMs - startMs) / 1_000).toFixed(3).padStart(9);
    console.log(`${seconds} s     ${direction === 'out' ? '  │─────────▶│' : '  │◀─────────│'}  ${startLine.replace(/ SIP\/2\.0$/, '').replace(/^SIP\/2\.0 /, '')}`); // prettier-ignore
  }
}

function tellHeard(sound: SoundDescription): void {
  const tones = sound.tones.map(({ hz, share }) => `${hz} Hz (${Math.round(share * 100)} %)`).join(', ');
  console.log(`\n${paint.bold('Heard')}  ${(sound.durationMs / 1_000).toFixed(1)} s, ${sound.levelDb === null ? 'silence' : `level ${sound.levelDb} dBFS, ${Math.round(sound.activeShare * 100)} % of the time`}`); // prettier-ignore
  console.log(`       tones that stand out: ${tones || 'none'}`);
  console.log(`       speech: ${sound.isLikeSpeech ? 'yes' : 'no'}`);
}
