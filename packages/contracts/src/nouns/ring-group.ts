import { z } from 'zod';
import { ringStrategies, type RingGroup } from '@seatgrid/core/routing/ring-group.ts';
import { nextStepSchema } from './flow.ts';
import { idOf, schemaOf } from './ids.ts';
import { durationSchema, nameSchema } from './texts.ts';

export const ringGroupSchema = schemaOf<RingGroup>()(
  z.object({
    id: idOf<'ring-group'>(),
    name: nameSchema,
    agentIds: z.array(idOf<'agent'>()).min(1, 'at least one agent').max(100),
    strategy: z.enum(ringStrategies),
    ringTimeoutMs: durationSchema.min(3_000).max(600_000),
    ringEachMs: durationSchema.min(3_000).max(300_000),
    onNoAnswer: nextStepSchema,
  }),
);
