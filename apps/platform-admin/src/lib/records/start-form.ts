import { createStartForm } from '@seatgrid/ui/portal/start-form.ts';
import { refusalText } from '@seatgrid/ui/portal/refusal-text.ts';
import { problemText } from '#lib/api/problem-text.ts';

export const startForm = createStartForm(problemText, refusalText);
