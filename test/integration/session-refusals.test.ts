/** A target that does not take all that it is asked for: what is tried instead, and what is told. */
import { status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { Encoding, type SubscribeRequest } from '../../proto/generated/gnmi/gnmi.ts';
import { endpoint, onChange } from '../support/collection.ts';
import { ScriptedTarget, type ScriptedTargetOptions } from '../support/scripted-target.ts';
import { SessionProbe } from '../support/session-probe.ts';
import { typed, wirePath, wireUpdate } from '../support/wire.ts';

/** `a b` of the first elements asked for. */
function asked({ request }: SubscribeRequest): string {
  if (request?.$case !== 'subscribe') return '';
  return request.value.subscription.map(({ path }) => path?.elem[0]?.name).join(' ');
}

function encodingOf({ request }: SubscribeRequest): Encoding | null {
  return request?.$case === 'subscribe' ? request.value.encoding : null;
}

async function session(paths: readonly string[], options: ScriptedTargetOptions) {
  const target = await ScriptedTarget.start(options);
  const probe = SessionProbe.open(
    endpoint(target.port),
    paths.map((path) => onChange(path)),
  );
  return {
    target,
    probe,
    async [Symbol.asyncDispose]() {
      probe[Symbol.dispose]();
      await target[Symbol.asyncDispose]();
    },
  };
}

const one = [wireUpdate(wirePath(['a', 'x']), typed({ $case: 'uintVal', value: 1n }))];

test.each([
  ['that names the encoding', status.INVALID_ARGUMENT, 'unsupported encoding PROTO', ['/a', '/b']],
  ['of a single path', status.UNIMPLEMENTED, 'not supported', ['/a']],
])('a refusal %s is answered with the next encoding', async (_what, code, details, paths) => {
  await using run = await session(paths, {
    refuse: (request) => (encodingOf(request) === Encoding.JSON_IETF ? null : { code, details }),
  });
  const stream = await run.target.stream();
  expect([encodingOf(stream.request), asked(stream.request)]).toEqual([
    Encoding.JSON_IETF,
    paths.map((path) => path.slice(1)).join(' '),
  ]);
  stream.sync();
  await run.probe.untilState('streaming');
  expect(run.probe.states).toEqual(['connecting', 'subscribing', 'syncing', 'streaming']);
});

test('where no path is taken in an encoding, all are asked for in the next', async () => {
  await using run = await session(['/a', '/b'], {
    refuse: (request) =>
      encodingOf(request) === Encoding.PROTO ? { code: status.UNIMPLEMENTED, details: 'no' } : null,
  });
  const stream = await run.target.stream();
  expect([encodingOf(stream.request), asked(stream.request)]).toEqual([Encoding.JSON_IETF, 'a b']);
});

test('a refused login is not tried in other ways', async () => {
  let requests = 0;
  await using run = await session(['/a', '/b'], {
    refuse: () => {
      requests += 1;
      return { code: status.UNAUTHENTICATED, details: 'no such user' };
    },
  });
  expect(await run.probe.untilFailure()).toMatch(/refused the login \(no such user\)/);
  expect([run.probe.state.name, requests]).toEqual(['refused', 1]);
});

test('what our user may not see is left out, and told; where it may see nothing, nothing else is tried', async () => {
  const denied = { code: status.PERMISSION_DENIED, details: 'read-only user' };
  await using some = await session(['/a', '/b'], {
    refuse: (request) => (asked(request).includes('b') ? denied : null),
  });
  (await some.target.stream()).sync();
  const rest = await some.target.stream();
  expect(asked(rest.request)).toBe('a');
  rest.sync();
  await some.probe.untilState('streaming');
  expect(some.probe.refused).toEqual(['/b: read-only user']);

  let requests = 0;
  await using none = await session(['/a', '/b'], {
    refuse: () => {
      requests += 1;
      return denied;
    },
  });
  expect(await none.probe.untilFailure()).toMatch(
    /does not permit what was asked \(read-only user\); check what the user may see there$/,
  );
  expect([none.probe.state.name, requests]).toEqual(['refused', 3]);
});

test('a path that is refused after others have been sent never costs these', async () => {
  const bad = { code: status.INVALID_ARGUMENT, details: 'no /b here' };
  await using run = await session(['/a', '/b'], {
    refuse: (request) => (asked(request) === 'b' ? bad : null),
  });
  const whole = await run.target.stream();
  whole.notify({ update: one });
  await run.probe.untilState('syncing');
  whole.fail(bad.code, bad.details);
  const alone = await run.target.stream();
  expect(asked(alone.request)).toBe('a');
  alone.sync();
  const rest = await run.target.stream();
  expect(asked(rest.request)).toBe('a');
  rest.notify({ update: one });
  rest.sync();
  await run.probe.untilState('streaming');
  expect(run.probe.refused).toEqual(['/b: no /b here']);
  expect(run.probe.count('gap')).toBe(0);
  const syncs = run.probe.notifications.filter(({ kind }) => kind === 'sync');
  expect(syncs).toMatchObject([{ refused: ['/b'] }]);
});

test('a path refused long ago is asked for again with the next connect, and is told when it is taken', async () => {
  let knowsB = false;
  await using run = await session(['/a', '/b'], {
    refuse: (request) =>
      !knowsB && asked(request).includes('b')
        ? { code: status.UNIMPLEMENTED, details: 'no /b here' }
        : null,
  });
  const heard: number[] = [];
  run.probe.onRefused = (refused) => heard.push(refused.length);
  const next = async () => {
    const stream = await run.target.stream();
    stream.notify({ update: one });
    stream.sync();
    return stream;
  };
  await next();
  const first = await next();
  await run.probe.untilState('streaming');
  first.end();
  await run.probe.untilState('backing-off');
  run.probe.time.advance(60_000);
  const soon = await next();
  expect(asked(soon.request)).toBe('a');
  await run.probe.untilState('streaming');
  knowsB = true;
  run.probe.time.advance(3_600_000);
  soon.end();
  await run.probe.untilState('backing-off');
  run.probe.time.advance(60_000);
  const later = await next();
  expect(asked(later.request)).toBe('a b');
  await run.probe.untilState('streaming');
  expect(heard).toEqual([1, 0]);
});
