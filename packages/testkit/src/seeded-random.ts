export { createSeededRandom } from '@seatgrid/core/kernel/seeded-random.ts';
