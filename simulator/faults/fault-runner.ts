/** Makes faults happen to the devices of a simulator, and takes them back when their time is over. */
import { NocturneError, sentenceOf } from '../../core/errors.ts';
import type { Fabric } from '../models/fabric.ts';
import type { Target } from '../target/target.ts';
import type { Timer } from '../timer.ts';
import type { Fault, FaultScript } from './fault.ts';

export interface FaultRunnerOptions {
  readonly timer: Timer;
  readonly fabric: Fabric;
  readonly targets: ReadonlyMap<string, Target>;
  /** Told when a fault begins and ends, in one line. */
  readonly report: (line: string) => void;
}

/** No valid message: field 1 claims 127 bytes and none follow. */
const garbage = Buffer.from([0x0a, 0x7f, 0xff, 0xff]);

export class FaultRunner implements Disposable {
  readonly #options: FaultRunnerOptions;
  readonly #calls = new Set<Disposable>();

  constructor(options: FaultRunnerOptions) {
    this.#options = options;
  }

  /** Starts a script; its times count from now. An unknown device or port throws NOT_FOUND before anything starts. */
  run(script: FaultScript): void {
    for (const { fault } of script.faults) this.#check(fault);
    for (const { afterMs, everyMs, fault } of script.faults) {
      const repeat = () => {
        this.#begin(fault);
        if (everyMs !== undefined) this.#later(everyMs, repeat);
      };
      this.#later(afterMs, repeat);
    }
  }

  /** Begins one fault now; throws NOT_FOUND for a device or port that is not there. */
  inject(fault: Fault): void {
    this.#check(fault);
    this.#begin(fault);
  }

  /** Nothing more begins or ends by itself. */
  [Symbol.dispose](): void {
    for (const call of this.#calls) call[Symbol.dispose]();
    this.#calls.clear();
  }

  #begin(fault: Fault): void {
    const target = this.#targetOf(fault);
    this.#options.report(`${fault.device}: ${describe(fault)}`);
    switch (fault.kind) {
      case 'link-flap':
        this.#setLink(fault, false);
        this.#endAfter(fault.downMs, fault, () => this.#setLink(fault, true));
        return;
      case 'error-burst':
        this.#startErrors(fault);
        // The port itself counts no longer than it was told.
        this.#endAfter(fault.durationMs, fault, () => {});
        return;
      case 'disconnect':
        void target.front.refuse();
        this.#endAfter(fault.durationMs, fault, () => this.#accept(target));
        return;
      case 'half-open':
        target.front.freeze();
        this.#endAfter(fault.durationMs, fault, () => {
          target.front.cut();
          target.front.thaw();
        });
        return;
      case 'silence':
        target.state.mute();
        this.#endAfter(fault.durationMs, fault, () => target.state.unmute());
        return;
      case 'garbage':
        target.state.garbage = garbage;
        for (const stream of target.state.streams) stream.writeRaw(garbage);
        this.#endAfter(fault.durationMs, fault, () => (target.state.garbage = null));
        return;
      default:
        fault satisfies never;
    }
  }

  #setLink(end: { readonly device: string; readonly port: string }, up: boolean): void {
    const { fabric, timer } = this.#options;
    fabric.setLink(end, up, timer.nowMs());
  }

  #startErrors(fault: Extract<Fault, { kind: 'error-burst' }>): void {
    const { fabric, timer } = this.#options;
    const model = fabric.device(fault.device);
    model?.tick(timer.nowMs());
    model?.ports
      .get(fault.port)
      ?.startErrors({ untilMs: timer.nowMs() + fault.durationMs, perSecond: fault.perSecond });
  }

  /** The port may have been taken meanwhile; then the device stays away and says so. */
  #accept(target: Target): void {
    target.front.listen().catch((error: Error) => this.#options.report(sentenceOf(error)));
  }

  #endAfter(ms: number, fault: Fault, end: () => void): void {
    this.#later(ms, () => {
      end();
      this.#options.report(`${fault.device}: ${fault.kind} over`);
    });
  }

  #later(ms: number, callback: () => void): void {
    const { timer } = this.#options;
    const call = timer.at(timer.nowMs() + ms, () => {
      this.#calls.delete(call);
      callback();
    });
    this.#calls.add(call);
  }

  #check(fault: Fault): void {
    this.#targetOf(fault);
    if (!('port' in fault)) return;
    const port = this.#options.fabric.device(fault.device)?.ports.get(fault.port);
    if (port === undefined || port.options.link === null) throw noPort(fault);
  }

  #targetOf(fault: Fault): Target {
    const target = this.#options.targets.get(fault.device);
    if (target !== undefined) return target;
    const known = [...this.#options.targets.keys()].join(', ');
    throw new NocturneError('NOT_FOUND', `no device "${fault.device}" here (there are: ${known})`);
  }
}

function noPort(end: { readonly device: string; readonly port: string }): NocturneError {
  return new NocturneError('NOT_FOUND', `${end.device} has no port "${end.port}" in use`);
}

function describe(fault: Fault): string {
  switch (fault.kind) {
    case 'link-flap':
      return `link of ${fault.port} down for ${fault.downMs / 1_000} s`;
    case 'error-burst':
      return `${fault.perSecond} errors/s on ${fault.port} for ${fault.durationMs / 1_000} s`;
    case 'disconnect':
    case 'half-open':
    case 'silence':
    case 'garbage':
      return `${fault.kind} for ${fault.durationMs / 1_000} s`;
    default:
      return fault satisfies never;
  }
}
