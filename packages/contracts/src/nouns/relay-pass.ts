import { z } from 'zod';

/** One of a browser's `iceServers`: a relay, and what lets the bearer use it for a while. */
export const relayPassSchema = z.object({
  urls: z.array(z.string()),
  username: z.string(),
  credential: z.string(),
});
export type RelayPass = z.infer<typeof relayPassSchema>;
