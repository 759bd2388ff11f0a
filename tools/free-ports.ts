import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/**
 * Free ports of loopback, all different: each is held until the last is found, for one that was given back may be given
 * out again. Another program may take one before it is used.
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  const probes = await Promise.all(
    Array.from({ length: count }, async () => {
      const probe = createServer().listen(0, '127.0.0.1');
      await once(probe, 'listening');
      return probe;
    }),
  );
  const ports = probes.map((probe) => (probe.address() as AddressInfo).port);
  for (const probe of probes) {
    probe.close();
    await once(probe, 'close');
  }
  return ports;
}
