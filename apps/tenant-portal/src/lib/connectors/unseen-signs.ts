/** Signs that cannot be seen, as a form shows them and takes them: `\n`, `\x1F`; a backslash is two. */
const letters: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0', '\\': '\\' };

export function showSigns(text: string): string {
  return text.replace(/[\\\p{Cc}]/gu, (sign) => {
    const letter = Object.keys(letters).find((one) => letters[one] === sign);
    return `\\${letter ?? `x${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`}`;
  });
}

export function readSigns(typed: string): string {
  return typed.replace(
    /\\(?:x([0-9a-f]{2})|([nrt0\\]))/gi,
    (_, hex: string | undefined, letter: string | undefined) =>
      hex ? String.fromCharCode(Number.parseInt(hex, 16)) : letters[letter!.toLowerCase()]!,
  );
}
