import { X } from 'lucide-react';
import { useStore } from '../settings/store.ts';
import { Button, IconButton } from './button.tsx';
import { dismissToast, toastStore, type Toast } from './toast-store.ts';
import { useToastTime } from './use-toast-time.ts';
import './toasts.css';

export function ToastArea() {
  const toasts = useStore(toastStore);
  return (
    <div className="toasts" aria-live="polite">
      {toasts.map((toast) => (
        <ToastCard key={toast.id} {...toast} />
      ))}
    </div>
  );
}

function ToastCard({ id, text, urgent, action }: Toast) {
  const hold = useToastTime(id, action !== null);
  return (
    <div className="toast" data-urgent={urgent || undefined} {...hold}>
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
  );
}
