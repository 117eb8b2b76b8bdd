/** How a supervisor takes part in an agent's call (H-17 to H-21). */
import { z } from 'zod';
import { inspectionModes } from '@seatgrid/core/calls/inspection.ts';

export const inspectionModeSchema = z.enum(inspectionModes);
