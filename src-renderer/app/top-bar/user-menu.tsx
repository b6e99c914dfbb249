import { CircleUserRound, Keyboard, Link2, LogOut } from 'lucide-react';
import { failureOf } from '../../api/failure.ts';
import { useStore } from '../../settings/store.ts';
import { Menu, type MenuItem } from '../../ui/menu.tsx';
import { showToast } from '../../ui/toast-store.ts';
import { useMay, useServices } from '../console-services.ts';

export function UserMenu({ onKeys }: { onKeys: () => void }) {
  const { login, connection } = useServices();
  const state = useStore(login.state);
  const mayInvite = useMay('admin');
  if (state.kind !== 'in') return null;

  const copyLink = async () => {
    try {
      const { url } = await connection.client.system.loginLink({ role: 'viewer' });
      if (await copied(url)) showToast({ text: 'A one-time viewer link is on the clipboard.' });
      else showToast({ text: `Copy this one-time viewer link: ${url}`, action: done });
    } catch (error) {
      showToast({ text: `No link: ${failureOf(error).sentence}`, urgent: true });
    }
  };
  const leave = async () => {
    try {
      await login.leave();
    } catch (error) {
      const text = `You are still logged in: ${failureOf(error).sentence}`;
      showToast({ text, urgent: true });
    }
  };
  const items: MenuItem[] = [
    { label: 'Keyboard shortcuts', icon: <Keyboard className="icon" />, onSelect: onKeys },
  ];
  if (mayInvite)
    items.push({
      label: 'Copy a viewer login link',
      icon: <Link2 className="icon" />,
      onSelect: () => void copyLink(),
    });
  if (connection.home === 'web')
    items.push({
      label: 'Log out',
      icon: <LogOut className="icon" />,
      onSelect: () => void leave(),
    });
  return (
    <Menu
      label={`Logged in as ${state.name}`}
      className="button-icon"
      button={<CircleUserRound className="icon" />}
      heading={
        <>
          <b>{state.name}</b>
          <br />
          <span className="muted">{state.role}</span>
        </>
      }
      items={items}
    />
  );
}

/** Gives somebody time to copy by hand. */
const done = { label: 'Done', run: () => undefined };

/** Browsers have a clipboard only for pages that came over TLS or from this machine. */
async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
