import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import type { Dashboard } from '../../../../core/contract/dashboard.ts';
import type { DashboardDocument, Panel } from '../../../../core/dashboard/document.ts';
import { failureOf } from '../../../api/failure.ts';
import { useClient } from '../../../app/console-services.ts';
import { showToast } from '../../../ui/toast-store.ts';

/** Saves the panel as a new version of the dashboard, and offers to go back to the document before. */
export function useSavePanel(
  dashboard: Dashboard,
  onSaved: () => void,
): UseMutationResult<Dashboard, Error, Panel> {
  const client = useClient();
  const queries = useQueryClient();
  const { id } = dashboard;

  const save = async (baseVersion: number, document: DashboardDocument): Promise<Dashboard> => {
    const saved = await client.dashboard.save({ id, baseVersion, document });
    queries.setQueryData(['dashboard', id], saved);
    void queries.invalidateQueries({ queryKey: ['dashboards'] });
    return saved;
  };
  const undo = async (saved: Dashboard, title: string) => {
    try {
      const back = await save(saved.version, dashboard.document);
      showToast({ text: `${title} is as before, in version ${back.version}.` });
    } catch (error) {
      const { sentence } = failureOf(error);
      showToast({ text: `${title} could not be set back: ${sentence}`, urgent: true });
    }
  };
  return useMutation({
    mutationFn: (panel: Panel) => save(dashboard.version, withPanel(dashboard.document, panel)),
    // Refused, perhaps, because somebody else saved: then the screen behind shows what they saved.
    onError: () => void queries.invalidateQueries({ queryKey: ['dashboard', id] }),
    onSuccess: (saved, { title }) => {
      onSaved();
      showToast({
        text: `${title} is saved, in version ${saved.version}.`,
        action: { label: 'Undo', run: () => void undo(saved, title) },
      });
    },
  });
}

function withPanel(document: DashboardDocument, panel: Panel): DashboardDocument {
  const panels = document.panels.map((one) => (one.id === panel.id ? panel : one));
  return { ...document, panels };
}
