/** B-11: the texts of a branch box, whole as they are applied. Whether a kernel takes and obeys them is tried in `box.test.ts`. */
import { expect, test } from 'vitest';
import { boxPlan, planText } from './box-plan.ts';
import type { BoxSettings } from './box-settings.ts';

const plain: BoxSettings = {
  name: 'Kiosk',
  outside: { interface: 'eth0', upKbit: 1_000 },
  inside: null,
  tunnel: null,
  node: {
    sipPorts: [5060],
    rtpPorts: { from: 20_000, to: 20_999 },
    webrtcPorts: { from: 30_000, to: 30_010 },
    deskPort: 8090,
    centrePort: 443,
    trunks: [],
    servesOutside: false,
  },
  guard: { managedFrom: [], sshPort: 22, sipPerSecond: 20, closedPortsPerMinute: 10, shutMinutes: 60 },
};

const branch: BoxSettings = {
  ...plain,
  name: 'Suzhou',
  outside: { interface: 'eth0', upKbit: 512 },
  inside: { interface: 'eth1', networks: ['192.168.7.0/24', 'fd00:7::/64'] },
  tunnel: {
    interface: 'sg0',
    address: '10.99.0.7/24',
    port: 51_820,
    peers: [
      { name: 'Headquarters', publicKey: 'hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=', endpoint: '203.0.113.10:51820', networks: ['10.99.0.1/32', '192.168.1.0/24'], keepaliveSeconds: 25 },
      { name: 'Wuxi', publicKey: 'xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=', endpoint: null, networks: ['10.99.0.8/32'], keepaliveSeconds: null },
    ],
  },
  node: { ...plain.node, sipPorts: [5060, 5061], trunks: ['203.0.113.20/32', '2001:db8:20::/64'], servesOutside: true },
  guard: { ...plain.guard, managedFrom: ['203.0.113.0/28'] },
}; // prettier-ignore

test('a branch with tunnel, carriers and its own network', () => {
  expect(planText(boxPlan(branch, { leaf: 'fq_codel' }))).toMatchSnapshot();
});

test('a box with one interface and nothing else, on a kernel that keeps packets in order only', () => {
  expect(planText(boxPlan(plain, { leaf: 'pfifo' }))).toMatchSnapshot();
});

test('what nobody serves outside is not opened: neither SIP for strangers nor desks', () => {
  const { filter } = boxPlan(plain, { leaf: 'pfifo' });
  expect(filter).not.toMatch(/tcp dport 8090 accept/);
  expect(filter).not.toMatch(/dport \{ 5060 \} accept/);
  expect(boxPlan(branch, { leaf: 'pfifo' }).filter).toMatch(/tcp dport 8090 accept/);
});

test('voice goes before signalling, signalling before data; together they are sure of no more than the line has', () => {
  const { shaping } = boxPlan(branch, { leaf: 'fq_codel' });
  for (const line of ['eth0', 'sg0']) {
    const classes = shaping.filter(
      (words) => words[1] === 'class' && words[4] === line && words[6] === '1:1',
    );
    const word = (words: readonly string[], name: string) => words[words.indexOf(name) + 1]!;
    expect(classes.map((words) => [word(words, 'classid'), word(words, 'prio')])).toEqual([
      ['1:10', '0'],
      ['1:20', '1'],
      ['1:30', '2'],
    ]);
    const sure = classes.map((words) => Number.parseInt(word(words, 'rate')));
    expect(sure.reduce((sum, rate) => sum + rate, 0)).toBeLessThan(512);
    for (const words of classes) expect(Number.parseInt(word(words, 'ceil'))).toBeLessThan(512);
  }
});

test('the private key is in no text', () => {
  expect(planText(boxPlan(branch, { leaf: 'pfifo' }))).not.toMatch(/PrivateKey/);
});
