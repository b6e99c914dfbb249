import { Contrast, Moon, Sun } from 'lucide-react';
import { changeSettings, useSettings, type Theme } from '../../settings/settings.ts';
import { Menu } from '../../ui/menu.tsx';

const choices: readonly { theme: Theme; label: string; icon: typeof Moon }[] = [
  { theme: 'dark', label: 'Dark', icon: Moon },
  { theme: 'light', label: 'Light', icon: Sun },
  { theme: 'contrast', label: 'High contrast', icon: Contrast },
];

export function ThemeMenu() {
  const { theme } = useSettings();
  const current = choices.find((choice) => choice.theme === theme) ?? choices[0]!;
  return (
    <Menu
      label={`Theme: ${current.label.toLowerCase()}`}
      className="button-icon"
      button={<current.icon className="icon" />}
      items={choices.map(({ theme: value, label, icon: Icon }) => ({
        label,
        icon: <Icon className="icon" />,
        checked: value === theme,
        onSelect: () => changeSettings({ theme: value }),
      }))}
    />
  );
}
