import { Fetching } from '@seatgrid/ui/portal/fetching.svelte.ts';
import { realtime } from '#lib/realtime/realtime.svelte.ts';
import { problemText } from './problem-text.ts';

export const { useResource, usePages } = new Fetching(realtime, problemText);
