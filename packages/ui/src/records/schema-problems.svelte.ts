import type { Problems } from './form.svelte.ts';
import { issueWord, type Issue } from './issue-words.ts';
import { recordText } from './record-text.svelte.ts';

interface Schema {
  safeParse(value: unknown): { success: true } | { success: false; error: { issues: readonly unknown[] } };
}

/** What a contract's schema finds wrong with the values, by path, in the page's language: a form's `check`. */
export function schemaProblems(schema: Schema, values: unknown): Problems {
  const parsed = schema.safeParse(values);
  if (parsed.success) return {};
  const problems: Record<string, string> = {};
  for (const each of parsed.error.issues) {
    const issue = each as Issue;
    const { word, values: facts } = issueWord(issue);
    problems[issue.path.map(String).join('.')] ??= recordText(word, facts);
  }
  return problems;
}
