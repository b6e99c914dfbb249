import type { DeviceId } from '../../../core/id.ts';
import { useOutage, useSessions } from '../../app/console-services.ts';

/** Whether it is known that a device tells nothing just now, or nothing of it gets here: its last word is of before. */
export function useIsSilent(deviceId: DeviceId): boolean {
  const { sessions } = useSessions();
  const outage = useOutage();
  const session = sessions.get(deviceId);
  return outage !== null || (session !== undefined && session?.state !== 'streaming');
}
