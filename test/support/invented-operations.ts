/** The contract, answered from memory: for looking at and testing the console without a server. Test support only. */
import { implement, ORPCError } from '@orpc/server';
import { contract } from '../../core/contract/contract.ts';
import type { Command } from '../../core/contract/command.ts';
import type { Device } from '../../core/contract/device.ts';
import type { Quarantined } from '../../core/contract/trouble.ts';
import { allows, type Role } from '../../core/contract/operation.ts';
import type { Uuid } from '../../core/id.ts';
import { comparedDashboard, emptyDashboard, fabricDashboard } from './invented-dashboards.ts';
import { answerRange } from './invented-answer.ts';
import { inventedQuarantine, inventedTroubles } from './invented-troubles.ts';
import { InventedPeople } from './invented-people.ts';
import {
  inventedDevice,
  inventedId,
  inventedNames,
  inventedSession,
  selectSeries,
  valueAt,
} from './invented-network.ts';

export interface InventedContext {
  readonly role: Role;
  readonly name: string | null;
  readonly setSession: (token: string | null) => void;
}

export const inventedToken = 'one-time-token-for-tests';

function isOver(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

const steps = ['Resolve name', 'TCP', 'TLS', 'Capabilities', 'First update'];

function commandAt(done: number, address: string): Command {
  const fails = address.startsWith('192.0.2.');
  const failed = fails && done >= 2;
  const nowMs = Date.now();
  return {
    id: inventedId<Uuid>(4, 1),
    kind: 'connection-test',
    state: failed ? 'failed' : done >= steps.length ? 'done' : 'running',
    node: 'col-a',
    steps: steps.slice(0, Math.min(done + 1, failed ? 2 : steps.length)).map((name, index) => ({
      name,
      state: failed && index === 1 ? 'failed' : index < done ? 'done' : 'running',
      detail: index === 0 ? address : index === 2 ? 'TLS 1.3, verified' : '',
      elapsedMs: 1.4 + index * 7.3,
    })),
    problem: failed ? `no answer from ${address} within 5 s; is the port open?` : null,
    requestedAtMs: nowMs,
    deadlineAtMs: nowMs + 30_000,
  };
}

const inventedRetention = {
  rawDays: 30,
  minuteDays: 180,
  hourDays: 730,
  dayDays: 3_650,
  eventDays: 90,
};

export function inventedRouter() {
  const startedAtMs = Date.now();
  const devices: Device[] = inventedNames.map((_, index) => inventedDevice(index, startedAtMs));
  const dashboards = [fabricDashboard, emptyDashboard, comparedDashboard].map(
    (document, index) => ({
      id: inventedId<Uuid>(2, index),
      version: index + 1,
      document,
      savedAtMs: startedAtMs - index * 90_000_000,
      savedBy: 'operator-1',
    }),
  );
  let testedAddress = '';
  const people = new InventedPeople(startedAtMs);

  const os = implement(contract)
    .$context<InventedContext>()
    .use(({ context, procedure, next }) => {
      const { role = 'admin' } = procedure['~orpc'].meta;
      if (allows(role, context.role)) return next();
      throw context.name === null
        ? new ORPCError('LOGIN_REQUIRED', { status: 401, message: 'Log in first.' })
        : new ORPCError('FORBIDDEN', {
            status: 403,
            message: `This needs the role ${role}; you are ${context.role}.`,
          });
    });
  const deviceOf = (id: string) => {
    const found = devices.find((device) => device.id === id);
    if (found === undefined)
      throw new ORPCError('NOT_FOUND', { status: 404, message: `There is no device ${id}.` });
    return found;
  };
  const replace = (device: Device) => {
    devices[devices.findIndex(({ id }) => id === device.id)] = device;
    return device;
  };
  const status = () => ({
    asOfMs: Date.now(),
    cluster: 'fra-noc',
    database: 'connected' as const,
    feeds: { connected: 3, expected: 3 },
    samplesPerSecond: 48_210 + Math.round(Math.sin(Date.now() / 3_000) * 400),
    lagMs: 180 + Math.sin(Date.now() / 5_000) * 20,
    lostFrames: 0,
    devices: { total: devices.length, streaming: devices.length - 1 },
  });

  return os.router({
    trouble: {
      list: os.trouble.list.handler(({ input }) => {
        const troubles = inventedTroubles(devices, Date.now()).filter(
          ({ deviceId }) => input.deviceId === undefined || input.deviceId === deviceId,
        );
        return { troubles, total: troubles.length };
      }),
      quarantine: os.trouble.quarantine.handler(({ input }) => {
        const { deviceId, beforeId = Number.POSITIVE_INFINITY, limit, ...parts } = input;
        const fits = (row: Quarantined) =>
          (['device', 'path', 'reason', 'value'] as const).every((field) =>
            (row[field] ?? '').toLowerCase().includes((parts[field] ?? '').toLowerCase()),
          );
        return inventedQuarantine(devices, Date.now())
          .filter((row) => row.id < beforeId && fits(row))
          .filter((row) => deviceId === undefined || deviceId === row.deviceId)
          .slice(0, limit);
      }),
    },
    people: {
      list: os.people.list.handler(() => people.people),
      add: os.people.add.handler(({ input }) => people.add(input.name, input.role)),
      setRole: os.people.setRole.handler(({ input }) => people.setRole(input.id, input.role)),
      disable: os.people.disable.handler(({ input }) => people.disable(input.id)),
      loginLink: os.people.loginLink.handler(() => ({
        url: 'http://localhost/console/login#token=for-somebody',
        expiresAtMs: Date.now() + 600_000,
      })),
      sessions: os.people.sessions.handler(() => people.sessions),
      endSession: os.people.endSession.handler(({ input }) => people.endSession(input.id)),
      endSessions: os.people.endSessions.handler(({ input }) => people.endSessions(input.id)),
    },
    token: {
      list: os.token.list.handler(() => people.tokens),
      create: os.token.create.handler(({ input }) =>
        people.makeToken(input.name, input.role, input.expiresInDays),
      ),
      revoke: os.token.revoke.handler(({ input }) => people.revoke(input.id)),
    },
    command: {
      get: os.command.get.handler(() => commandAt(steps.length, testedAddress)),
      watch: os.command.watch.handler(async function* ({ signal }) {
        for (let done = 0; done <= steps.length && !isOver(signal); done += 1) {
          const command = commandAt(done, testedAddress);
          yield command;
          if (command.state !== 'running') return;
          await pause(120, signal);
        }
      }),
    },
    dashboard: {
      list: os.dashboard.list.handler(() =>
        dashboards.map(({ id, version, document, savedAtMs }) => ({
          id,
          title: document.title,
          tags: document.tags,
          version,
          panels: document.panels.length,
          savedAtMs,
        })),
      ),
      get: os.dashboard.get.handler(({ input }) => {
        const found = dashboards.find(({ id }) => id === input.id);
        if (found !== undefined) return found;
        throw new ORPCError('NOT_FOUND', {
          status: 404,
          message: `There is no dashboard ${input.id}.`,
        });
      }),
      save: os.dashboard.save.handler(({ input, context }) => {
        const at = dashboards.findIndex(({ id }) => id === input.id);
        const before = dashboards[at];
        if (before === undefined || before.version !== input.baseVersion)
          throw new ORPCError('CONFLICT', {
            status: 409,
            message: `The dashboard was saved by somebody else meanwhile: your change is on version ${input.baseVersion}, the newest is ${before?.version}.`,
          });
        const saved = {
          ...before,
          version: before.version + 1,
          document: input.document,
          savedAtMs: Date.now(),
          savedBy: context.name ?? '',
        };
        dashboards[at] = saved;
        return saved;
      }),
    },
    device: {
      list: os.device.list.handler(() => {
        const present = devices.filter(({ retiredAtMs }) => retiredAtMs === null);
        return { devices: present, total: present.length };
      }),
      get: os.device.get.handler(({ input }) => ({
        ...deviceOf(input.id),
        refusedPaths: [{ path: '/lldp', reason: 'path /lldp is not served: "lldp" is unknown' }],
      })),
      add: os.device.add.handler(({ input }) => {
        if (devices.some(({ name }) => name === input.name))
          throw new ORPCError('CONFLICT', {
            status: 409,
            message: `A device called "${input.name}" exists already.`,
          });
        const { address, port, tlsMode, tlsName, username } = input.endpoint;
        const made: Device = {
          ...inventedDevice(devices.length, Date.now()),
          name: input.name,
          site: input.site ?? null,
          tags: input.tags,
          endpoint: {
            protocol: 'gnmi',
            address,
            port,
            tlsMode,
            tlsName: tlsName ?? null,
            requestTarget: input.endpoint.requestTarget || null,
            maxMessageBytes: input.endpoint.maxMessageBytes ?? null,
            hasCredential: username !== undefined,
          },
        };
        devices.push(made);
        return made;
      }),
      update: os.device.update.handler(({ input }) => {
        const { id, endpoint: _, ...change } = input;
        const given = Object.fromEntries(
          Object.entries(change).filter(([, value]) => value !== undefined),
        );
        return replace({ ...deviceOf(id), ...given });
      }),
      remove: os.device.remove.handler(({ input }) =>
        replace({ ...deviceOf(input.id), retiredAtMs: Date.now() }),
      ),
      restore: os.device.restore.handler(({ input }) =>
        replace({ ...deviceOf(input.id), retiredAtMs: null }),
      ),
      testConnection: os.device.testConnection.handler(({ input }) => {
        testedAddress = input.endpoint.address;
        return { commandId: inventedId<Uuid>(4, 1) };
      }),
      watch: os.device.watch.handler(async function* ({ signal }) {
        while (!isOver(signal)) {
          yield devices.map(({ id, endpoints }, index) => {
            const session = inventedSession(index, Date.now());
            const over = endpoints.map((one) => ({ endpointId: one.id, session }));
            return { deviceId: id, session, endpoints: over };
          });
          await pause(1_000, signal);
        }
      }),
    },
    query: {
      run: os.query.run.handler(({ input }) => answerRange(input)),
      live: os.query.live.handler(async function* ({ input, signal }) {
        const series = selectSeries(input);
        yield { kind: 'series' as const, series };
        while (!isOver(signal)) {
          const timeMs = Date.now();
          yield {
            kind: 'points' as const,
            series: series.map((_, index) => index),
            timesMs: series.map(() => timeMs),
            values: series.map((one) => valueAt(one, timeMs)),
          };
          await pause(500, signal);
        }
      }),
      metrics: os.query.metrics.handler(() => []),
      latest: os.query.latest.handler(({ input }) => [
        ...selectSeries(input).map((series) => ({
          series,
          timeMs: Date.now() - 400,
          value: Math.round(valueAt(series, Date.now())),
          text: null,
        })),
        ...selectSeries(input)
          .filter(({ metric }) => metric.endsWith('in-octets'))
          .map((series) => ({
            series: {
              ...series,
              metric: '/interfaces/interface/state/oper-status',
              path: series.path.replace('counters/in-octets', 'oper-status'),
              kind: 'state' as const,
              unit: '1' as const,
            },
            timeMs: Date.now() - 400,
            value: null,
            text: 'UP',
          })),
      ]),
    },
    system: {
      me: os.system.me.handler(({ context }) => ({ name: context.name, role: context.role })),
      login: os.system.login.handler(({ input, context }) => {
        if (input.token !== inventedToken && input.token !== `${inventedToken}-viewer`)
          throw new ORPCError('LOGIN_REQUIRED', {
            status: 401,
            message: 'This login link was used already or has run out; make a new one.',
          });
        context.setSession(input.token);
        return input.token === inventedToken
          ? { name: 'operator-1', role: 'admin' as const }
          : { name: 'viewer-1', role: 'viewer' as const };
      }),
      logout: os.system.logout.handler(({ context }) => {
        context.setSession(null);
        return { ended: true };
      }),
      loginLink: os.system.loginLink.handler(() => ({
        url: 'http://localhost/console/login#token=another',
        expiresAtMs: Date.now() + 600_000,
      })),
      health: os.system.health.handler(() => ({
        status: 'ok' as const,
        version: '0.1.0',
        node: 'web-a',
        role: 'both' as const,
        database: 'connected' as const,
      })),
      status: os.system.status.handler(status),
      watchStatus: os.system.watchStatus.handler(async function* ({ signal }) {
        while (!isOver(signal)) {
          yield status();
          await pause(1_000, signal);
        }
      }),
      nodes: os.system.nodes.handler(() =>
        ['col-a', 'col-b', 'col-c'].map((name, index) => ({
          name,
          role: index === 0 ? ('both' as const) : ('collector' as const),
          version: '0.1.0',
          startedAtMs: Date.now() - 86_400_000 * (index + 1),
          seenAtMs: Date.now() - (index === 2 ? 95_000 : 800),
          alive: index !== 2,
          devices: 44 - index,
          samplesPerSecond: index === 2 ? 0 : 16_480 - index * 560,
          samplesDropped: index === 1 ? 120 : 0,
          queuedBatches: index,
        })),
      ),
      events: os.system.events.handler(({ input }) =>
        Array.from({ length: 250 }, (_, index) => ({
          id: inventedId<Uuid>(5, index),
          timeMs: startedAtMs - index * 61_000,
          kind: (['session.streaming', 'session.lost', 'device.added', 'node.joined'] as const)[
            index % 4
          ]!,
          severity: (['info', 'error', 'info', 'warning'] as const)[index % 4]!,
          subject: inventedNames[index % inventedNames.length]!,
          detail:
            index % 4 === 1 ? 'the peer closed the stream; trying again in 1.2 s' : 'as expected',
        }))
          .filter(({ timeMs }) => timeMs < (input.beforeMs ?? Infinity))
          .slice(0, input.limit),
      ),
      storage: os.system.storage.handler(() => ({
        engine: 'plain',
        tables: [],
        retention: inventedRetention,
        partitionLength: { minutes: 1_440, chosenBy: 'rate' },
      })),
      setPartitionLength: os.system.setPartitionLength.handler(({ input }) => input),
      setRetention: os.system.setRetention.handler(() => inventedRetention),
      sites: os.system.sites.handler(() => [
        { id: inventedId<Uuid>(3, 1), name: 'fra-1', devices: 3 },
        { id: inventedId<Uuid>(3, 2), name: 'fra-2', devices: 3 },
      ]),
    },
  });
}
