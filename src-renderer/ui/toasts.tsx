import { X } from 'lucide-react';
import { useStore } from '../settings/store.ts';
import { Button, IconButton } from './button.tsx';
import { dismissToast, toastStore } from './toast-store.ts';
import './toasts.css';

export function ToastArea() {
  const toasts = useStore(toastStore);
  return (
    <div className="toasts" aria-live="polite">
      {toasts.map(({ id, text, urgent, action }) => (
        <div key={id} className="toast" data-urgent={urgent || undefined}>
          <span>{text}</span>
          {action !== null && (
            <Button
              onClick={() => {
                dismissToast(id);
                action.run();
              }}
            >
              {action.label}
            </Button>
          )}
          <IconButton label="Dismiss" look="quiet" onClick={() => dismissToast(id)}>
            <X className="icon" />
          </IconButton>
        </div>
      ))}
    </div>
  );
}
