import { expect, it } from 'vitest';
import { runSimulate } from '../../simulator/simulate-command.ts';

it('says where the devices listen, runs until told to stop, then returns', async () => {
  const stop = new AbortController();
  const lines: string[] = [];
  await runSimulate(
    { count: 2, spines: 1, basePort: 0, faults: 'none' },
    {
      signal: stop.signal,
      print: (line) => {
        lines.push(line);
        if (line.includes('are up')) stop.abort();
      },
    },
  );
  expect(lines[0]).toMatch(/^leaf-01 \(leaf\) on 127\.0\.0\.1:\d+$/);
  expect(lines.at(-1)).toBe('stopping');
});

it.each([
  [{ username: 'noc' }, /both a username and a password/],
  [{ tlsKey: '/nowhere/key.pem' }, /both a TLS certificate and its key/],
  [{ faults: '/nowhere/faults.json' }, /can't read \/nowhere\/faults\.json/],
])('refuses %j with one sentence', async (options, message) => {
  const context = { signal: new AbortController().signal, print: () => {} };
  await expect(runSimulate({ count: 1, basePort: 0, ...options }, context)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(message) as string,
  });
});
