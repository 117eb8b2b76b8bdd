import { connectorReplyOctetsMax } from '@seatgrid/core/connectors/limits.ts';
import { ConnectorError } from './connector-error.ts';

export function tooLarge(): ConnectorError {
  return new ConnectorError('too-large', `the answer is longer than ${connectorReplyOctetsMax} octets`);
}
