import { createStartForm } from '@seatgrid/ui/portal/start-form.ts';
import { problemText } from '#lib/api/problem-text.ts';
import { refusalText } from './refusal-text.ts';

export const startForm = createStartForm(problemText, refusalText);
