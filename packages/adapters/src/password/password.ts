/** Passwords by argon2id with the parameters of RFC 9106 §4's second recommendation scaled to a shared machine (19 MiB, 2 passes). */
import { hash, verify } from '@node-rs/argon2';

const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export function hashPassword(password: string): Promise<string> {
  return hash(password, cost);
}

export async function isPassword(hashed: string, password: string): Promise<boolean> {
  try {
    return await verify(hashed, password);
  } catch {
    // A row that holds no argon2 hash lets nobody in.
    return false;
  }
}

let decoy: Promise<string> | undefined;

/** As long as a real comparison takes, and never true: so that an unknown e-mail answers no faster than a known one. */
export async function comparePasswordWithNobody(password: string): Promise<false> {
  decoy ??= hashPassword('nobody has this password');
  await isPassword(await decoy, password);
  return false;
}
