import type { ButtonHTMLAttributes, ReactNode } from 'react';
import './button.css';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: 'plain' | 'primary' | 'quiet' | 'danger';
  readonly icon?: ReactNode;
}

export function Button({ look = 'plain', icon, children, className, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={['button', `button-${look}`, className].filter(Boolean).join(' ')}
      {...rest}
    >
      {icon}
      {children !== undefined && <span>{children}</span>}
    </button>
  );
}

interface IconButtonProps extends Omit<ButtonProps, 'children' | 'icon'> {
  readonly label: string;
  readonly children: ReactNode;
}

/** A button that shows only an icon; its label is its name and its tooltip. */
export function IconButton({
  label,
  children,
  look = 'plain',
  className,
  ...rest
}: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={['button', 'button-icon', `button-${look}`, className].filter(Boolean).join(' ')}
      {...rest}
    >
      {children}
    </button>
  );
}
