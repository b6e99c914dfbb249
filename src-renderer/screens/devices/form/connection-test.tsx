import { Check, LoaderCircle, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { Command, CommandStep } from '../../../../core/contract/command.ts';
import type { DeviceId } from '../../../../core/id.ts';
import { failureOf } from '../../../api/failure.ts';
import { useClient } from '../../../app/console-services.ts';
import { formatElapsed } from '../../../format/duration.ts';
import type { DeviceInput } from './device-form.ts';
import './connection-test.css';

export type TestState =
  | { readonly kind: 'none' }
  | { readonly kind: 'asking' }
  | { readonly kind: 'following'; readonly command: Command }
  | { readonly kind: 'failed'; readonly sentence: string };

export interface ConnectionTest {
  readonly state: TestState;
  readonly running: boolean;
  readonly start: (endpoint: DeviceInput['endpoint']) => void;
}

/**
 * Asks a collector to try an endpoint and follows it step by step; ends with the dialog.
 * @param deviceId the device being edited: its stored secrets serve where none are entered
 */
export function useConnectionTest(deviceId: DeviceId | undefined): ConnectionTest {
  const client = useClient();
  const [state, setState] = useState<TestState>({ kind: 'none' });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const run = async (endpoint: DeviceInput['endpoint'], signal: AbortSignal) => {
    try {
      const input = deviceId === undefined ? { endpoint } : { endpoint, deviceId };
      const { commandId } = await client.device.testConnection(input, { signal });
      const steps = await client.command.watch({ id: commandId }, { signal });
      for await (const command of steps) setState({ kind: 'following', command });
    } catch (error) {
      if (!signal.aborted) setState({ kind: 'failed', sentence: failureOf(error).sentence });
    }
  };
  return {
    state,
    running: state.kind === 'asking' || (state.kind === 'following' && isUnderWay(state.command)),
    start: (endpoint) => {
      running.current?.abort();
      running.current = new AbortController();
      setState({ kind: 'asking' });
      void run(endpoint, running.current.signal);
    },
  };
}

function isUnderWay({ state }: Command): boolean {
  return state === 'waiting' || state === 'running';
}

export function ConnectionTestView({ state }: { state: TestState }) {
  if (state.kind === 'none') return null;
  return (
    <section className="connection-test" aria-label="Connection test" aria-live="polite">
      {state.kind === 'asking' && <p className="muted">Asking a collector to try it</p>}
      {state.kind === 'failed' && <p className="field-problem">{state.sentence}</p>}
      {state.kind === 'following' && <Steps command={state.command} />}
    </section>
  );
}

function Steps({ command }: { command: Command }) {
  return (
    <>
      <p className="connection-test-head">
        <b>{headline(command)}</b>
        {command.node !== null && <span className="muted">from {command.node}</span>}
      </p>
      <ol>
        {command.steps.map((step) => (
          <li key={step.name}>
            <StepIcon state={step.state} />
            <span>{step.name}</span>
            <span className="muted connection-test-detail">{step.detail}</span>
            <span className="number">
              {step.state === 'running' ? '' : formatElapsed(step.elapsedMs)}
            </span>
          </li>
        ))}
      </ol>
      {command.problem !== null && <p className="field-problem">{command.problem}</p>}
    </>
  );
}

function headline({ state }: Command): string {
  switch (state) {
    case 'waiting':
      return 'Waiting for a collector';
    case 'running':
      return 'Trying the connection';
    case 'done':
      return 'The connection works';
    case 'failed':
      return 'The connection does not work';
    case 'expired':
      return 'No collector took up the test';
    default:
      return state satisfies never;
  }
}

function StepIcon({ state }: { state: CommandStep['state'] }) {
  switch (state) {
    case 'running':
      return <LoaderCircle className="icon step-running" aria-label="running" />;
    case 'done':
      return <Check className="icon step-done" aria-label="done" />;
    case 'failed':
      return <X className="icon step-failed" aria-label="failed" />;
    default:
      return state satisfies never;
  }
}
