import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { stopSignal } from '../../../collector-daemon/cli/stop-signal.ts';
import { ManualTime } from '../../support/manual-time.ts';

function program() {
  const exits: number[] = [];
  const sentences: string[] = [];
  const process = Object.assign(new EventEmitter(), { exit: (code: number) => exits.push(code) });
  const time = new ManualTime();
  const output = new EventEmitter();
  const signal = stopSignal(process, {
    timers: time,
    warn: (text) => sentences.push(text),
    outputs: [output],
  });
  return { process, time, signal, exits, sentences, output };
}

test('the first signal asks for an end, the second ends at once', () => {
  const { process, signal, exits } = program();
  process.emit('SIGTERM');
  expect([signal.aborted, exits]).toEqual([true, []]);
  process.emit('SIGINT');
  expect(exits).toEqual([130]);
});

test('an end that hangs is given up before a supervisor would kill', () => {
  const { process, time, exits, sentences } = program();
  process.emit('SIGTERM');
  time.advance(24_000);
  expect(exits).toEqual([]);
  time.advance(2_000);
  expect(exits).toEqual([1]);
  expect(sentences).toEqual([expect.stringContaining('the database does not answer')]);
});

test('a closed terminal or pipe asks for an end, however often it tells', () => {
  const { process, output, signal, exits } = program();
  output.emit('error', new Error('write EPIPE'));
  expect(signal.aborted).toBe(true);
  output.emit('error', new Error('write EPIPE'));
  process.emit('SIGHUP');
  expect(exits).toEqual([]);
  process.emit('SIGINT');
  expect(exits).toEqual([130]);
});
