import { createProblemText } from '@seatgrid/ui/portal/problem-text.ts';
import { say } from '#lib/words/say.svelte.ts';

export const problemText = createProblemText(say);
