import { expect, test } from 'vitest';
import { jsonLogger, plainLogger } from '../../collector-daemon/log.ts';

function logged(level: 'info' | 'warn', write: (log: ReturnType<typeof jsonLogger>) => void) {
  const lines: unknown[] = [];
  const log = jsonLogger(level, 'col-1', { write: (line) => lines.push(JSON.parse(line)) });
  write(log);
  return lines;
}

test('a line of the log is JSON with level, time and node in words', () => {
  const [line] = logged('info', (log) => log.warn('leaf-01: away'));
  expect(line).toEqual({
    level: 'warn',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
    node: 'col-1',
    msg: 'leaf-01: away',
  });
});

test('less than the level asked for is left out', () => {
  expect(logged('warn', (log) => log.info('here'))).toEqual([]);
});

test('the password of a database address is in no line', () => {
  const text =
    'cannot open postgres://noc:hunter2@db.example/nocturne and postgresql://a:b%40c@d/e';
  const [line] = logged('info', (log) => log.error(text));
  const plain: string[] = [];
  plainLogger((one) => plain.push(one)).warn(text);
  const expected = 'cannot open postgres://noc:…@db.example/nocturne and postgresql://a:…@d/e';
  expect(line).toMatchObject({ msg: expected });
  expect(plain).toEqual([`  ${expected}`]);
});
