import { gnmiService } from '../../proto/gnmi-service.ts';

/** The gNMI service with a Subscribe that takes its messages as bytes. */
export const bytesService = {
  ...gnmiService,
  subscribe: { ...gnmiService.subscribe, responseSerialize: (message: Buffer): Buffer => message },
};
