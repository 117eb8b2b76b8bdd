/**
 * SQL with `:name` where a value stands, cut at those places, so that each driver puts its own sign there and sends the values beside
 * the text. What is quoted, or a comment, is left as it is.
 */
export interface BoundStatement {
  /** One more than there are names: `pieces[i] :names[i] pieces[i + 1]`. */
  readonly pieces: readonly string[];
  readonly names: readonly string[];
}

/** `postgres` alone knows `$tag$…$tag$`; `mysql` alone knows `\'` inside quotes, and backticks. */
export type SqlDialect = 'postgres' | 'mysql' | 'sqlserver' | 'oracle';

export function cutStatement(text: string, dialect: SqlDialect): BoundStatement {
  const pieces: string[] = [];
  const names: string[] = [];
  let from = 0;
  const scanner = scannerOf(dialect);
  for (let match = scanner.exec(text); match; match = scanner.exec(text)) {
    const name = match.groups?.['name'];
    if (name === undefined) continue;
    pieces.push(text.slice(from, match.index));
    names.push(name);
    from = scanner.lastIndex;
  }
  return { pieces: [...pieces, text.slice(from)], names };
}

/** With the driver’s own signs. */
export function joinStatement(
  { pieces, names }: BoundStatement,
  sign: (index: number, name: string) => string,
): string {
  return pieces.reduce((text, piece, index) => text + sign(index - 1, names[index - 1]!) + piece);
}

/** A procedure’s name, its schema and database before it: no quotes, since nothing in it could need them. */
export const procedureNamePattern =
  /^[\p{L}_][\p{L}\p{N}_$#]{0,127}(\.[\p{L}_][\p{L}\p{N}_$#]{0,127}){0,2}$/u;
export const valueNamePattern = /^[A-Za-z_]\w{0,39}$/;

const doubled = (quote: string) => `${quote}(?:[^${quote}]|${quote}${quote})*${quote}`;
const escaped = (quote: string) => `${quote}(?:[^${quote}\\\\]|\\\\[^]|${quote}${quote})*${quote}`;
const comments = ['--[^\\n]*', '/\\*[^]*?\\*/'];
/** Two colons are a cast, and a colon behind a letter or another colon is an array’s, an assignment’s or a label’s. */
const value = '(?<![\\w:]):(?<name>[A-Za-z_]\\w{0,39})';

function scannerOf(dialect: SqlDialect): RegExp {
  const quoted =
    dialect === 'mysql'
      ? [escaped("'"), escaped('"'), doubled('`'), '#[^\\n]*']
      : dialect === 'sqlserver'
        ? [doubled("'"), doubled('"'), '\\[[^\\]]*\\]']
        : dialect === 'postgres'
          ? ['\\b[eE]' + escaped("'"), doubled("'"), doubled('"'), '\\$(?<tag>\\w*)\\$[^]*?\\$\\k<tag>\\$', '::']
          : [doubled("'"), doubled('"')];
  return new RegExp([...comments, ...quoted, value].join('|'), 'g');
} // prettier-ignore
