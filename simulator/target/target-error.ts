/** Refusals as gRPC statuses: the code says whether asking again can help, the text says what was wrong with which value. */
import { status } from '@grpc/grpc-js';

export type RefusalCode = Extract<
  keyof typeof status,
  'INVALID_ARGUMENT' | 'NOT_FOUND' | 'RESOURCE_EXHAUSTED' | 'UNAUTHENTICATED' | 'UNIMPLEMENTED'
>;

/** Shaped like @grpc/grpc-js's ServiceError, so that it can be handed to a call as it is. */
export class TargetRefusal extends Error {
  readonly code: status;
  readonly details: string;

  constructor(code: RefusalCode, details: string) {
    super(details);
    this.name = 'TargetRefusal';
    this.code = status[code];
    this.details = details;
  }
}
