/** What a call's proof is worth and says (B-07): each statement by its key, each line by its digest, each place by its network. */
import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, compactVerify, errors, importJWK } from 'jose';
import {
  lineAccount,
  soundStatementSchema,
  type SoundStatement,
} from '@seatgrid/contracts/journal/sound-statement.ts';
import type { CallProof, SoundJudgement } from '@seatgrid/contracts/nouns/sound-proof.ts';
import { soundWhereabouts, type SoundLine } from '@seatgrid/core/calls/sound-whereabouts.ts';

type Fault = SoundJudgement['faults'][number];

/** `trusted`: thumbprints of the keys that may have signed; undefined where the proof's own are believed. */
export async function judgeCallProof(proof: CallProof, trusted?: readonly string[]): Promise<SoundJudgement> {
  const faults: Fault[] = [];
  const keys: string[] = [];
  const statements: SoundStatement[] = [];
  for (const { jws, publicKey } of proof.statements) {
    const thumbprint = await calculateJwkThumbprint(publicKey as { kty: string });
    if (!keys.includes(thumbprint)) keys.push(thumbprint);
    if (trusted && !trusted.includes(thumbprint)) faults.push({ fault: 'key', leg: null });
    const statement = await readStatement(jws, publicKey);
    if (statement) statements.push(statement);
    else faults.push({ fault: 'signature', leg: null });
  }
  const spoken = statements.flatMap(({ calls, networks }) =>
    calls.flatMap((call) => (call.callId === proof.callId ? { ...call, networks } : [])),
  );
  if (spoken.length < statements.length) faults.push({ fault: 'other-call', leg: null });
  const signedFor = spoken.flatMap(({ lines, networks }) => lines.map((digest) => ({ digest, networks })));
  const { lines, faults: altered } = matchLines(proof, signedFor);
  faults.push(...altered);
  const { verdict, outside, untold } = soundWhereabouts(lines);
  const counted = spoken.map(({ linkOctets }) => linkOctets).filter((octets) => octets !== null);
  return {
    proof: proof.statements.length === 0 ? 'unsigned' : faults.length > 0 ? 'broken' : 'holds',
    faults,
    whereabouts: statements.length === 0 ? 'unknown' : verdict,
    networks: [...new Set(statements.flatMap((statement) => statement.networks))],
    outside: statements.length === 0 ? [] : [...outside],
    untold: [...untold],
    soundOctets: proof.lines.reduce((sum, { octetsIn = 0, octetsOut = 0 }) => sum + octetsIn + octetsOut, 0),
    linkOctets: counted.length === 0 ? null : Math.max(...counted),
    keys,
  };
}

/** Undefined: not signed by that key, or no statement. */
async function readStatement(
  jws: string,
  publicKey: Record<string, unknown>,
): Promise<SoundStatement | undefined> {
  try {
    const key = await importJWK(publicKey, 'EdDSA');
    const { payload } = await compactVerify(jws, key, { algorithms: ['EdDSA'] });
    return soundStatementSchema.parse(JSON.parse(new TextDecoder().decode(payload)));
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError || isUnreadable(error))
      return undefined;
    throw error;
  }
}

const isUnreadable = (error: unknown) =>
  error instanceof Error && ['SyntaxError', 'ZodError', 'DataError'].includes(error.name);

interface SignedFor {
  readonly digest: string;
  /** Of the node that signed: a call that was served elsewhere has lines of two. */
  readonly networks: readonly string[];
}

/** Every line as it was signed for, with its own node's networks, and every line that was signed for. */
function matchLines(
  { callId, lines, statements }: CallProof,
  signedFor: readonly SignedFor[],
): { readonly lines: readonly SoundLine[]; readonly faults: readonly Fault[] } {
  const left = [...signedFor];
  const faults: Fault[] = [];
  const matched = lines.map((line): SoundLine => {
    const account = lineAccount({ ...line, kind: 'leg.media', callId });
    const digest = createHash('sha256').update(account).digest('base64url');
    const index = left.findIndex((one) => one.digest === digest);
    if (index === -1) faults.push({ fault: 'line-altered', leg: line.leg });
    const [signed] = index === -1 ? [] : left.splice(index, 1);
    return { ...line, networks: signed?.networks ?? [], places: line.path?.places };
  });
  const missing = left.length - faults.length;
  for (let one = 0; one < missing; one++) faults.push({ fault: 'line-missing', leg: null });
  return { lines: matched, faults: statements.length === 0 ? [] : faults };
}
