/** What a person sees while waiting: one line a step, with seconds. */
const isColoured = process.stdout.isTTY && !process.env['NO_COLOR'];
const ink = (code: number) => (text: string) => (isColoured ? `\u001b[${code}m${text}\u001b[0m` : text);
export const paint = {
  bold: ink(1),
  dim: ink(2),
  red: ink(31),
  green: ink(32),
  amber: ink(33),
  blue: ink(36),
};

export const secondsSince = (startedMs: number) => ((performance.now() - startedMs) / 1_000).toFixed(1);

/** Runs one step, telling its name before and its seconds after; `work` may add a remark, or warn that it was not done. */
export async function step<Value>(
  name: string,
  work: (tell: (remark: string) => void, warn: (remark: string) => void) => Promise<Value>,
): Promise<Value> {
  const startedMs = performance.now();
  let remark = '';
  let mark = paint.green('✓');
  if (process.stdout.isTTY) process.stdout.write(`  ${paint.dim('…')} ${name}`);
  const line = (mark: string) => {
    const text = `  ${mark} ${name.padEnd(34)} ${`${secondsSince(startedMs)} s`.padStart(8)}  ${paint.dim(remark)}`;
    process.stdout.write(process.stdout.isTTY ? `\r\u001b[2K${text}\n` : `${text.trimEnd()}\n`);
  };
  try {
    const value = await work(
      (said) => (remark = said),
      (said) => {
        remark = said;
        mark = paint.amber('!');
      },
    );
    line(mark);
    return value;
  } catch (fault) {
    line(paint.red('✗'));
    throw fault;
  }
}

/** Lines in a frame, Chinese characters counted as two columns. */
export function frame(title: string, lines: readonly string[]): string {
  const width = Math.max(columns(title) + 4, ...lines.map(columns)) + 2;
  const rule = (left: string, right: string, inside = '') =>
    left + inside + '─'.repeat(width - columns(inside)) + right;
  return [
    rule('┌', '┐', `─ ${paint.bold(title)} `),
    ...lines.map((line) => `│ ${line}${' '.repeat(Math.max(0, width - 1 - columns(line)))}│`),
    rule('└', '┘'),
  ].join('\n');
}

export function columns(text: string): number {
  let width = 0;
  // oxlint-disable-next-line no-control-regex
  for (const character of text.replace(/\u001b\[[0-9;]*m/g, '')) width += isWide(character) ? 2 : 1;
  return width;
}

function isWide(character: string): boolean {
  const point = character.codePointAt(0)!;
  return (point >= 0x2e80 && point <= 0xa4cf) || (point >= 0xac00 && point <= 0xd7a3) || (point >= 0xf900 && point <= 0xfaff) || (point >= 0xfe30 && point <= 0xfe6f) || (point >= 0xff00 && point <= 0xff60) || (point >= 0xffe0 && point <= 0xffe6); // prettier-ignore
}

export const padColumns = (text: string, width: number) =>
  text + ' '.repeat(Math.max(0, width - columns(text)));
