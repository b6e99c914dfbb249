import { Router } from 'lucide-react';
import { useStatus } from '../../app/console-services.ts';
import { goTo } from '../../route/navigation.ts';
import { Button } from '../../ui/button.tsx';
import './first-steps.css';

/** Why a new installation's panels are empty, and what fills them; nothing once a device is collected. */
export function FirstSteps({ mayAdd }: { mayAdd: boolean }) {
  const { status } = useStatus();
  if (status?.devices.total !== 0) return null;
  return (
    <section className="first-steps" aria-label="First steps">
      <Router className="icon" aria-hidden="true" />
      <p>
        <b>No device is collected yet.</b>{' '}
        <span className="muted">
          Panels fill within seconds of the first one: a name and where its gNMI server listens.
        </span>
      </p>
      {mayAdd && (
        <Button look="primary" onClick={() => goTo({ screen: 'devices', adding: true })}>
          Add the first device
        </Button>
      )}
    </section>
  );
}
