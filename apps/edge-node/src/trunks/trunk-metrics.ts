/** What Prometheus is told of each trunk, by its name. */
import type { MetricFamily } from '@seatgrid/core/kernel/metrics.ts';
import type { TrunkAtNode } from './trunk-directory.ts';

export function trunkMetrics(trunks: Iterable<TrunkAtNode>): MetricFamily[] {
  const all = [...trunks];
  const labels = ({ config }: TrunkAtNode) => ({ trunk: config.name });
  return [
    {
      name: 'seatgrid_node_trunk_down',
      kind: 'gauge',
      help: 'Whether the far side of a trunk does not answer',
      samples: all.map((trunk) => ({ labels: labels(trunk), value: trunk.isDown ? 1 : 0 })),
    },
    {
      name: 'seatgrid_node_trunk_calls',
      kind: 'gauge',
      help: 'Calls on a trunk now',
      samples: all.flatMap((trunk) =>
        (['inbound', 'outbound'] as const).map((direction) => ({
          labels: { ...labels(trunk), direction },
          value: trunk.inUse[direction],
        })),
      ),
    },
    {
      name: 'seatgrid_node_trunk_channels_max',
      kind: 'gauge',
      help: 'Calls a trunk may carry, both directions together',
      samples: all.map((trunk) => ({ labels: labels(trunk), value: trunk.config.channelsMax })),
    },
  ];
}
