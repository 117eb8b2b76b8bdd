/**
 * PostgreSQL refuses to run as root. Where we are root, a user namespace makes us somebody else without making a user or
 * giving files away; where namespaces are forbidden (default Docker, chroot), the process runs as "nobody" and owns its
 * folder, keeping root's right to walk through closed folders: a clone below /root is closed to everybody else.
 * `setpriv --pdeathsig` inside makes the server shut down cleanly when we are killed, instead of holding the port.
 */
import { spawnSync } from 'node:child_process';
import { chownSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface Unprivileged {
  /** Programs to stand before the command. */
  readonly prefix: readonly string[];
  readonly identity: { uid?: number; gid?: number };
  /** Makes a folder usable by whoever will run there. */
  own(folder: string): void;
}

const nobody = 65_534;
const asNobody = [`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'];
/** prctl(2), NO_SETUID_FIXUP: without it access(2), which initdb asks, forgets the right of a process that is not root. */
const keepingTheRight = [
  '--securebits=+no_setuid_fixup',
  '--inh-caps=+dac_override',
  '--ambient-caps=+dac_override',
];
const namespaceCommand = ['unshare', '--user', '--map-user=1000', '--map-group=1000'];

export function unprivileged(): Unprivileged {
  const dyingWithUs = works(['setpriv', '--pdeathsig', 'INT', 'true'])
    ? ['setpriv', '--pdeathsig', 'INT']
    : [];
  if (process.getuid?.() !== 0) return { prefix: dyingWithUs, identity: {}, own: () => {} };
  if (works([...namespaceCommand, 'true']))
    return { prefix: [...namespaceCommand, ...dyingWithUs], identity: {}, own: () => {} };
  const walking = ['setpriv', ...asNobody, ...keepingTheRight];
  if (works([...walking, 'true']))
    return { prefix: [...walking, ...dyingWithUs.slice(1)], identity: {}, own: giveToNobody };
  return { prefix: dyingWithUs, identity: { uid: nobody, gid: nobody }, own: giveToNobody };
}

function works([program, ...args]: string[]): boolean {
  return spawnSync(program!, args, { stdio: 'ignore' }).status === 0;
}

function giveToNobody(folder: string): void {
  chownSync(folder, nobody, nobody);
  for (const entry of readdirSync(folder, { recursive: true }) as string[])
    chownSync(join(folder, entry), nobody, nobody);
}
