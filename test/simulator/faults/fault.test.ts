import { describe, expect, it } from 'vitest';
import { parseFaultScript } from '../../../simulator/faults/fault.ts';

describe('parseFaultScript', () => {
  it('reads a script', () => {
    const script = {
      faults: [
        { afterMs: 0, fault: { kind: 'disconnect', device: 'leaf-01', durationMs: 1_000 } },
        {
          afterMs: 5,
          everyMs: 60_000,
          fault: { kind: 'link-flap', device: 'leaf-01', port: 'Ethernet1/1', downMs: 10 },
        },
      ],
    };
    expect(parseFaultScript(JSON.stringify(script), 'faults.json')).toEqual(script);
  });

  it.each([
    ['no JSON', '{', /not JSON/],
    ['no faults', '{}', /at faults/],
    ['an unknown kind', '{"faults":[{"afterMs":0,"fault":{"kind":"fire"}}]}', /faults\.0\.fault/],
    [
      'an unknown field',
      '{"faults":[{"afterMs":0,"often":1,"fault":{"kind":"silence","device":"a","durationMs":1}}]}',
      /faults\.0.*often/,
    ],
    [
      'a repetition without a pause',
      '{"faults":[{"afterMs":0,"everyMs":0,"fault":{"kind":"silence","device":"a","durationMs":1}}]}',
      /faults\.0\.everyMs/,
    ],
  ])('refuses %s and names the place', (_, text, message) => {
    expect(() => parseFaultScript(text, 'faults.json')).toThrow(message);
    expect(() => parseFaultScript(text, 'faults.json')).toThrow(/the fault script faults\.json is/);
  });
});
