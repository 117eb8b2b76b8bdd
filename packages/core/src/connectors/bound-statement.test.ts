import { describe, expect, it } from 'vitest';
import { cutStatement, joinStatement, type SqlDialect } from './bound-statement.ts';

const rows: readonly (readonly [string, SqlDialect, string, readonly string[]])[] = [
  ['select 1', 'postgres', 'select 1', []],
  ['select a from b where c = :c', 'postgres', 'select a from b where c = ?', ['c']],
  ['select :a, :b, :a', 'oracle', 'select ?, ?, ?', ['a', 'b', 'a']],
  ["select ':no' where c = :c", 'mysql', "select ':no' where c = ?", ['c']],
  ["select 'it''s :no' || :c", 'postgres', "select 'it''s :no' || ?", ['c']],
  ["select 'a\\':no' , :c", 'mysql', "select 'a\\':no' , ?", ['c']],
  ["select 'a\\', :c", 'postgres', "select 'a\\', ?", ['c']],
  ["select e'a\\':no', :c", 'postgres', "select e'a\\':no', ?", ['c']],
  ['select "a:no", :c', 'oracle', 'select "a:no", ?', ['c']],
  ['select [a:no], :c', 'sqlserver', 'select [a:no], ?', ['c']],
  ['select `a:no`, :c', 'mysql', 'select `a:no`, ?', ['c']],
  ['select :c -- :no\n, :d', 'postgres', 'select ? -- :no\n, ?', ['c', 'd']],
  ['select /* :no\n:no */ :c', 'sqlserver', 'select /* :no\n:no */ ?', ['c']],
  ['select 1 # :no\n+ :c', 'mysql', 'select 1 # :no\n+ ?', ['c']],
  ['select :c::numeric', 'postgres', 'select ?::numeric', ['c']],
  ['select $$ :no $$, $x$ :no $x$, :c', 'postgres', 'select $$ :no $$, $x$ :no $x$, ?', ['c']],
  ["select '12:30', a[1:2], :c", 'postgres', "select '12:30', a[1:2], ?", ['c']],
  ['begin x := :c; end;', 'oracle', 'begin x := ?; end;', ['c']],
  ['select :9, :', 'postgres', 'select :9, :', []],
];

describe('a statement', () => {
  it.each(rows)('%j for %s', (text, dialect, cut, names) => {
    const statement = cutStatement(text, dialect);
    expect(joinStatement(statement, () => '?')).toBe(cut);
    expect(statement.names).toEqual(names);
  });

  it('is scanned in a time that its length bounds', () => {
    const text = `select ${"'a".repeat(20_000)} ${'$a'.repeat(20_000)} ${'/*'.repeat(5_000)}`;
    expect(cutStatement(text, 'postgres').names).toEqual([]);
  });
});
