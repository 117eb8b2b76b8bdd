/** What a module tells the people who run the node. A pino logger fits. */
export interface NodeLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

export const silentLog: NodeLog = { info: () => {}, warn: () => {}, error: () => {} };
