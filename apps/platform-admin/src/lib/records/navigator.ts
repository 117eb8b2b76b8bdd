import { beforeNavigate, goto } from '$app/navigation';
import { page } from '$app/state';
import { createNavigator } from '@seatgrid/ui/portal/create-navigator.ts';

export const navigator = createNavigator({ beforeNavigate, goto, page });
