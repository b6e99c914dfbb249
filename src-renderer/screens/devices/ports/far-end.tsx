import { Link } from '../../../route/link.tsx';
import { useDeviceList } from '../use-device-list.ts';

interface FarEndProps {
  /** As the neighbour calls itself. */
  readonly device: string;
  /** Empty where it does not say. */
  readonly port: string;
}

/** The other end of a link, one click away where it is a device of the inventory. */
export function FarEnd({ device, port }: FarEndProps) {
  const { data } = useDeviceList();
  const id = data?.devices.find(({ name }) => name === device)?.id;
  if (id === undefined) return [device, port].filter(Boolean).join(' ');
  return (
    <>
      <Link to={{ screen: 'device', id }}>{device}</Link>{' '}
      {port !== '' && <Link to={{ screen: 'port', id, port }}>{port}</Link>}
    </>
  );
}
