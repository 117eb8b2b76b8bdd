import { Session } from '@seatgrid/ui/portal/session.svelte.ts';
import { problemText } from '#lib/api/problem-text.ts';

export const session = new Session(problemText);
