/** What Prometheus is told of each trunk, by its name. */
import type { Metric } from '../local-api/metrics-text.ts';
import type { TrunkAtNode } from './trunk-directory.ts';

export function trunkMetrics(trunks: Iterable<TrunkAtNode>): Metric[] {
  const all = [...trunks];
  const labels = ({ config }: TrunkAtNode) => ({ trunk: config.name });
  return [
    ...all.map((trunk): Metric => ({
      name: 'trunk_down',
      kind: 'gauge',
      help: 'Whether the far side of a trunk does not answer',
      value: trunk.isDown ? 1 : 0,
      labels: labels(trunk),
    })),
    ...all.flatMap((trunk) =>
      (['inbound', 'outbound'] as const).map((direction): Metric => ({
        name: 'trunk_calls',
        kind: 'gauge',
        help: 'Calls on a trunk now',
        value: trunk.inUse[direction],
        labels: { ...labels(trunk), direction },
      })),
    ),
  ];
}
