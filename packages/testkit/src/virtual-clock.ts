export { VirtualClock } from '@seatgrid/core/kernel/virtual-clock.ts';
