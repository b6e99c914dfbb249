import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { PlugZap } from 'lucide-react';
import { useRef, type FormEvent } from 'react';
import type { Device } from '../../../../core/contract/device.ts';
import { failureOf } from '../../../api/failure.ts';
import { useClient } from '../../../app/console-services.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { showToast } from '../../../ui/toast-store.ts';
import { ConnectionTestView, useConnectionTest } from './connection-test.tsx';
import { DeviceFields } from './device-fields.tsx';
import { emptyForm, formOf, updateOf, type DeviceInput } from './device-form.ts';
import { useDeviceForm } from './use-device-form.ts';

interface DeviceDialogProps {
  /** The device to change; left out to add one. */
  readonly device?: Device;
  readonly onClose: () => void;
}

export function DeviceDialog({ device, onClose }: DeviceDialogProps) {
  const client = useClient();
  const queries = useQueryClient();
  const formElement = useRef<HTMLFormElement>(null);
  const test = useConnectionTest(device?.id);
  const editing = device !== undefined;
  const initial = editing ? formOf(device) : emptyForm;
  const state = useDeviceForm(initial, device?.endpoint?.tlsMode !== 'mutual');
  const sites = useQuery({
    queryKey: ['sites'],
    queryFn: ({ signal }) => client.system.sites(undefined, { signal }),
  });
  const save = useMutation({
    mutationFn: (input: DeviceInput) =>
      editing
        ? client.device.update(updateOf(device.id, input, state.form))
        : client.device.add(input),
    onSuccess: async (saved) => {
      onClose();
      showToast({ text: editing ? `${saved.name} is changed.` : `${saved.name} is added.` });
      await queries.invalidateQueries({ queryKey: ['devices'] });
      await queries.invalidateQueries({ queryKey: ['device', saved.id] });
    },
  });

  const read = () => {
    const input = state.read();
    if (input === null) {
      // The fields are marked with the next paint.
      requestAnimationFrame(() =>
        formElement.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus(),
      );
    }
    return input;
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const input = read();
    if (input !== null) save.mutate(input);
  };
  const tryIt = () => {
    const input = read();
    if (input !== null) test.start(input.endpoint);
  };

  return (
    <Dialog title={editing ? `Edit ${device.name}` : 'Add a device'} onClose={onClose} width={620}>
      <form ref={formElement} noValidate onSubmit={submit}>
        <div className="dialog-body">
          <DeviceFields
            state={state}
            sites={(sites.data ?? []).map(({ name }) => name)}
            device={device}
          />
          <ConnectionTestView state={test.state} />
          {save.error !== null && (
            <p className="field-problem" role="alert">
              {failureOf(save.error).sentence}
            </p>
          )}
        </div>
        <footer className="dialog-footer">
          <Button icon={<PlugZap className="icon" />} disabled={test.running} onClick={tryIt}>
            {test.running ? 'Testing' : 'Test the connection'}
          </Button>
          <span className="spacer" />
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" disabled={save.isPending}>
            {saveLabel(editing, save.isPending)}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

function saveLabel(editing: boolean, pending: boolean): string {
  if (pending) return 'Saving';
  return editing ? 'Save changes' : 'Add device';
}
