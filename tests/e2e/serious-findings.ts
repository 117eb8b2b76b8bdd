/** What axe finds wrong with a page or a frame for people who cannot see or point, where it is serious. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Frame, Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');

interface AxeFinding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

/** What stands: a page that was caught while it changed is looked at once more, and only what both looks find is told. */
export async function seriousFindings(shown: Page | Frame): Promise<string[]> {
  // Evaluated, not loaded: a page that lets no script in is judged too.
  await shown.evaluate(axe);
  const first = await findingsAtRest(shown);
  if (first.length === 0) return first;
  const second = new Set(await findingsAtRest(shown));
  return first.filter((finding) => second.has(finding));
}

async function findingsAtRest(shown: Page | Frame): Promise<string[]> {
  // Half-way from one colour to another nothing can be said of contrast.
  await shown.evaluate(async () => {
    const isFading = (animation: Animation) => animation instanceof CSSTransition;
    await Promise.allSettled(
      document
        .getAnimations()
        .filter(isFading)
        .map(({ finished }) => finished),
    );
  });
  const findings = await shown.evaluate(async () => {
    const page = window as unknown as { axe: { run(): Promise<{ violations: AxeFinding[] }> } };
    return (await page.axe.run()).violations;
  });
  return findings
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
}
