import { useRef, useState, type FormEvent } from 'react';
import type { Dashboard } from '../../../../core/contract/dashboard.ts';
import type { Panel } from '../../../../core/dashboard/document.ts';
import { failureOf } from '../../../api/failure.ts';
import { PanelView } from '../../../panels/panel-view.tsx';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { useThrottled } from '../../../ui/use-throttled.ts';
import { PanelFields } from './panel-fields.tsx';
import { usePanelForm } from './use-panel-form.ts';
import { useSavePanel } from './use-save-panel.ts';
import './panel-dialog.css';

interface PanelDialogProps {
  readonly dashboard: Dashboard;
  readonly panel: Panel;
  readonly onClose: () => void;
}

const previewEveryMs = 600;

/** What a panel asks, with the panel as it would be beside it. Saving makes a new version of the dashboard. */
export function PanelDialog({ dashboard, panel, onClose }: PanelDialogProps) {
  const form = useRef<HTMLFormElement>(null);
  // The version the change is made on, whatever is saved meanwhile.
  const [base] = useState(dashboard);
  const state = usePanelForm(panel);
  const save = useSavePanel(base, onClose);
  const preview = useThrottled(state.draft, previewEveryMs);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const next = state.read();
    if (next !== null) return save.mutate(next);
    // The fields are marked with the next paint.
    requestAnimationFrame(() =>
      form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus(),
    );
  };
  return (
    <Dialog title={`Edit ${panel.title}`} onClose={onClose} width={960}>
      <form ref={form} noValidate onSubmit={submit}>
        <div className="dialog-body panel-editor">
          <PanelFields state={state} />
          <div className="panel-preview">
            <PanelView panel={preview} />
          </div>
        </div>
        {save.error !== null && (
          <p className="field-problem panel-refusal" role="alert">
            {refusalOf(save.error)}
          </p>
        )}
        <footer className="dialog-footer">
          <span className="muted">
            {preview.query.selectors.map(({ path }) => path).join(', ')}
          </span>
          <span className="spacer" />
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" disabled={save.isPending}>
            {save.isPending ? 'Saving' : 'Save panel'}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

function refusalOf(error: Error): string {
  const { kind, sentence } = failureOf(error);
  return kind === 'conflict'
    ? `${sentence} Close this, and edit the panel once more on the newest version.`
    : sentence;
}
