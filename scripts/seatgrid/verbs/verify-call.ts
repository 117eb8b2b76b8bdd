/** Says of a call whether its sound left the site, and whether what says so can be believed: from a running centre, or from a file. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { judgeCallProof } from '@seatgrid/adapters/jose/judge-call-proof.ts';
import {
  callProofSchema,
  type CallProof,
  type SoundJudgement,
} from '@seatgrid/contracts/nouns/sound-proof.ts';
import { isUuid } from '@seatgrid/core/kernel/ids.ts';
import { Obstacle, UsageFault, type Verb, type Words } from '../command-line.ts';
import { signIn } from '../house/centre-session.ts';
import { dataOption, Installation } from '../house/installation.ts';
import { centreOrigin } from '../house/processes.ts';
import { paint } from '../house/progress.ts';
import { report } from '../house/report.ts';

export const verifyCall: Verb = {
  name: 'verify-call',
  summary:
    'did a call’s sound leave its site? Exit code 0: proven that it stayed; 3: proven that it left; 4: not proven, or the proof is false.',
  operands: { usage: '<call id | file>', min: 1, max: 1 },
  options: {
    data: dataOption,
    key: {
      summary: 'believe signatures of this key alone (its RFC 7638 thumbprint)',
      value: 'THUMBPRINT',
      isRepeatable: true,
    },
    export: { summary: 'keep the proof as a file that can be verified anywhere', value: 'FILE' },
    json: { summary: 'the judgement as JSON, for scripts' },
  },
  examples: [
    './seatgrid verify-call 01930000-0000-7000-8000-000000000000',
    './seatgrid verify-call 01930000-0000-7000-8000-000000000000 --export proof.json',
    './seatgrid verify-call proof.json --key kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
  ],
  remarks:
    'A call by its id is looked for in the tenants whose logins this data folder has; for others, save the proof from the call’s page. ' +
    'A file carries the public key it was signed by: without --key it shows that nothing was altered, not who signed.',
  async run(words) {
    const proof = await proofOf(words);
    const trusted = words.all('key');
    const judged = await judgeCallProof(proof, trusted.length > 0 ? trusted : undefined);
    const file = words.optional('export');
    if (file !== undefined) writeFileSync(file, `${JSON.stringify(proof, null, 2)}\n`);
    if (words.has('json')) console.log(JSON.stringify({ callId: proof.callId, ...judged }, null, 2));
    else tell(proof, judged, file);
    if (judged.proof !== 'holds' || judged.whereabouts === 'unknown') return 4;
    return judged.whereabouts === 'stayed' ? 0 : 3;
  },
};

async function proofOf(words: Words): Promise<CallProof> {
  const [what = ''] = words.operands;
  if (isUuid(what) && !existsSync(what)) return proofAtCentre(what, words);
  let input: unknown;
  try {
    input = JSON.parse(readFileSync(what, 'utf8'));
  } catch {
    throw new UsageFault(`${what} is neither a call’s id nor a file that holds a proof`);
  }
  const read = callProofSchema.safeParse(input);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new UsageFault(`${what} holds no proof of a call: ${issue?.path.join('.')}: ${issue?.message}`);
}

async function proofAtCentre(callId: string, words: Words): Promise<CallProof> {
  const installation = new Installation(words.text('data'));
  const state = installation.read();
  if (!state || !installation.alive().has('centre'))
    throw new Obstacle('no centre runs from this data folder', './seatgrid up, or name a file with a proof');
  const { logins } = await report(installation);
  for (const { email, password } of logins.filter(({ role }) => role === 'administrator')) {
    const { api } = await signIn(centreOrigin(state), email, password);
    const found = await api
      .call('GET /api/calls/:id/sound', { params: { id: callId } })
      .catch(() => undefined);
    if (found) return found.proof;
  }
  throw new Obstacle(
    `no tenant whose login is known here has call ${callId}`,
    'save the proof from the call’s page in the portal, and name the file',
  );
}

const verdicts = {
  stayed: 'no packet of its sound left the site',
  left: 'its sound left the site',
  unknown: 'where its sound went is not known',
} as const;

const wrongs = {
  signature: 'a signature is not by the key it names',
  'other-call': 'a statement speaks of another call',
  'line-altered': 'is not as it was signed for',
  'line-missing': 'a line that was signed for is missing',
  key: 'the key is not one of those trusted',
} as const;

function tell(proof: CallProof, judged: SoundJudgement, file: string | undefined): void {
  const { whereabouts, networks, outside, untold, linkOctets, soundOctets } = judged;
  if (judged.proof === 'holds') {
    const colour = { stayed: paint.green, left: paint.amber, unknown: paint.amber }[whereabouts];
    console.log(colour(`Call ${proof.callId}: ${verdicts[whereabouts]}.`));
  } else if (judged.proof === 'unsigned')
    console.log(paint.amber(`Call ${proof.callId}: nobody has signed where its sound went.`));
  else {
    console.log(paint.red(`Call ${proof.callId}: the proof does not hold.`));
    for (const { fault, leg } of judged.faults) console.log(`  ${leg === null ? '' : `${leg} `}${wrongs[fault]}`);
  }
  for (const { leg, path } of proof.lines)
    for (const { at, packetsIn, packetsOut } of path?.places ?? []) {
      const isOutside = outside.some((one) => one.leg === leg && one.at === at);
      console.log(`  ${leg.padEnd(12)} ${path!.local} ↔ ${at ?? 'several more'}  ${packetsIn} packets in, ${packetsOut} out${isOutside ? paint.amber('  outside') : ''}`);
    }
  if (untold.length > 0) console.log(`  not accounted for: ${untold.join(', ')}`);
  if (linkOctets !== null)
    console.log(`  the link to the centre carried ${linkOctets} octets meanwhile; the sound was ${soundOctets}`);
  if (networks.length > 0) console.log(paint.dim(`  networks of the site: ${networks.join(', ')}`));
  for (const key of judged.keys) console.log(paint.dim(`  signed by key ${key}`));
  if (file !== undefined) console.log(`Saved as ${file}`);
} // prettier-ignore
