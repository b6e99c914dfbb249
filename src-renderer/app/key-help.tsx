import { Dialog } from '../ui/dialog.tsx';
import { railScreens } from './screens.ts';
import './key-help.css';

const everywhere: readonly (readonly [string, string])[] = [
  ['Ctrl K', 'Search and actions'],
  ['?', 'These keys'],
  ['/', 'Search on this screen'],
  ['z', 'UTC or local time'],
  ['[', 'Rail with or without labels'],
];

const onScreens: readonly (readonly [string, string])[] = [
  ['l', 'Live on or off (charts)'],
  ['Esc', 'All panels (one alone)'],
  ['a', 'Add a device (devices)'],
  ['↑ ↓', 'From row to row (tables)'],
];

export function KeyHelp({ onClose }: { onClose: () => void }) {
  const go = railScreens.map(({ key, label }) => [`g ${key}`, label] as const);
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose} width={520}>
      <div className="key-help dialog-body">
        <KeyList title="Anywhere" keys={everywhere} />
        <KeyList title="Go to" keys={go} />
        <KeyList title="On a screen" keys={onScreens} />
      </div>
    </Dialog>
  );
}

function KeyList({ title, keys }: { title: string; keys: readonly (readonly [string, string])[] }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl>
        {keys.map(([key, what]) => (
          <div key={key}>
            <dt>
              {key.split(' ').map((part) => (
                <kbd key={part}>{part}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
