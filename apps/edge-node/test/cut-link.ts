/** The line between a node and its centre, as a proxy: cut without a goodbye, as lines are, and mended again. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export class CutLink {
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #isCut = false;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async to(centreUrl: string): Promise<CutLink> {
    const { hostname, port } = new URL(centreUrl);
    const server = createServer((near) => link.#join(near, connect({ host: hostname, port: Number(port) })));
    const link = new CutLink(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return link;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Nothing comes through any more, in either direction; whoever has a connection open is not told. */
  cut(): void {
    this.#isCut = true;
    for (const [near, far] of this.#pairs) for (const one of [near, far]) one.pause();
  }

  mend(): void {
    this.#isCut = false;
    // What was open while the line was cut is gone on both sides, as it would be behind a router that forgot it.
    for (const pair of this.#pairs) for (const one of pair) one.destroy();
  }

  async close(): Promise<void> {
    for (const pair of this.#pairs) for (const one of pair) one.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(near: Socket, far: Socket): void {
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    for (const [from, to] of [pair, [far, near] as const]) {
      from.on('data', (octets: Buffer) => to.write(octets));
      from.on('error', () => {});
      from.on('close', () => {
        this.#pairs.delete(pair);
        to.destroy();
      });
      if (this.#isCut) from.pause();
    }
  }
}
