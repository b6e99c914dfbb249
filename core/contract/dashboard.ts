/** Dashboards and every saved version of them. */
import { z } from 'zod';
import { dashboardDocument } from '../dashboard/document.ts';
import { timeMsField, uuidField } from './fields.ts';
import { operation } from './operation.ts';

export const dashboard = z.object({
  id: uuidField,
  version: z.int(),
  document: dashboardDocument,
  savedAtMs: timeMsField,
  savedBy: z.string(),
});
export type Dashboard = z.infer<typeof dashboard>;

export const dashboardContract = {
  list: operation('viewer')
    .route({ method: 'GET', path: '/dashboards', summary: 'Dashboards' })
    .output(
      z.array(
        z.object({
          id: uuidField,
          title: z.string(),
          tags: z.array(z.string()),
          version: z.int(),
          panels: z.int(),
          savedAtMs: timeMsField,
        }),
      ),
    ),
  get: operation('viewer')
    .route({
      method: 'GET',
      path: '/dashboards/{id}',
      summary: 'One dashboard, newest or as it was',
    })
    .input(z.object({ id: uuidField, version: z.coerce.number().int().min(1).optional() }))
    .output(dashboard),
  /** Refused with CONFLICT when `baseVersion` is not the newest: nothing is silently overwritten. */
  save: operation('operator')
    .route({ method: 'POST', path: '/dashboards', summary: 'Saves a new version' })
    .input(
      z.object({
        id: uuidField.optional().describe('left out for a new dashboard'),
        baseVersion: z.int().min(0).default(0),
        document: dashboardDocument,
      }),
    )
    .output(dashboard),
};
