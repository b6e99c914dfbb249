/** Desktop services for tests, and windows that talk to them over Node's own message ports. */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../../core/contract/contract.ts';
import { systemClock, systemTimers } from '../../core/time.ts';
import type { DesktopPort } from '../../src-main/desktop-port.ts';
import {
  createDesktopServices,
  type DesktopOptions,
  type DesktopServices,
} from '../../src-main/desktop-services.ts';

export function testDesktop(
  options: Pick<DesktopOptions, 'databaseUrl'> & Partial<DesktopOptions>,
): Promise<DesktopServices> {
  return createDesktopServices({
    dataDir: '/nonexistent',
    replica: null,
    role: 'admin',
    cluster: 'test',
    publicUrl: 'http://127.0.0.1:4000',
    secretKeys: undefined,
    version: '0.1.0',
    clock: systemClock,
    timers: systemTimers,
    problem: () => {},
    ...options,
  });
}

export function fromNodePort(port: MessagePort): DesktopPort {
  return {
    onMessage: (listener) => port.on('message', listener),
    onClose: (listener) => port.on('close', listener),
    postMessage: (message) => port.postMessage(message),
    start: () => port.start(),
    close: () => port.close(),
  };
}

export interface DesktopWindow extends Disposable {
  readonly client: ContractRouterClient<Contract>;
  /** The window's own end. */
  readonly port: MessagePort;
}

/** As the renderer does it: no option of the link is set. */
export function openWindow(services: DesktopServices): DesktopWindow {
  const { port1, port2 } = new MessageChannel();
  services.serve(fromNodePort(port1));
  const link = new RPCLink({ port: port2 });
  port2.start();
  return {
    client: createORPCClient(link),
    port: port2,
    [Symbol.dispose]: () => port2.close(),
  };
}
