import { useQueryClient } from '@tanstack/react-query';
import type { Device } from '../../../core/contract/device.ts';
import { failureOf } from '../../api/failure.ts';
import { useClient } from '../../app/console-services.ts';
import { showToast } from '../../ui/toast-store.ts';

/** Removes at once and offers to undo it: the data of a removed device stay. */
export function useRemoveDevice(): (device: Pick<Device, 'id' | 'name'>) => Promise<boolean> {
  const client = useClient();
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: ['devices'] });

  const restore = async ({ id, name }: Pick<Device, 'id' | 'name'>) => {
    try {
      await client.device.restore({ id });
      await refresh();
      showToast({ text: `${name} is back.` });
    } catch (error) {
      showToast({
        text: `${name} could not be restored: ${failureOf(error).sentence}`,
        urgent: true,
      });
    }
  };
  return async (device) => {
    try {
      await client.device.remove({ id: device.id });
      await refresh();
      showToast({
        text: `${device.name} is removed; its data stay.`,
        action: { label: 'Undo', run: () => void restore(device) },
      });
      return true;
    } catch (error) {
      showToast({
        text: `${device.name} could not be removed: ${failureOf(error).sentence}`,
        urgent: true,
      });
      return false;
    }
  };
}
