/** Requests as people would send them, by operation; a test holds them against the contract. */
const inOctets = '/interfaces/interface[name=*]/state/counters/in-octets';

export const requestExamples: Readonly<Record<string, unknown>> = {
  'system.login': { token: 'what stands behind #token= in a login link, or an API token' },
  'system.loginLink': { role: 'viewer' },
  'people.add': { name: 'ann', role: 'operator' },
  'people.setRole': { role: 'viewer' },
  'people.loginLink': { roleAtMost: 'viewer' },
  'token.create': { name: 'wall-board-1', role: 'viewer', expiresInDays: 90 },
  'device.add': {
    name: 'leaf-07',
    endpoint: { address: '192.0.2.7', port: 57_400, username: 'noc', password: 'secret' },
    site: 'fra-1',
    tags: { role: 'leaf' },
  },
  'device.update': { adminState: 'maintenance' },
  'device.testConnection': { endpoint: { address: '192.0.2.7', tlsMode: 'skip-verify' } },
  'query.run': {
    selectors: [{ path: inOctets, devices: ['leaf-*'] }],
    function: 'rate',
    fromMs: 1_795_000_000_000,
    toMs: 1_795_003_600_000,
    top: 10,
  },
  'query.live': { selectors: [{ path: inOctets, devices: ['leaf-07'] }], function: 'rate' },
  'query.latest': { selectors: [{ path: '/interfaces/interface[name=*]/state/oper-status' }] },
  'system.setRetention': { rawDays: 14 },
  'system.setPartitionLength': { minutes: 60 },
};
