/**
 * The gNMI service as @grpc/grpc-js wants it, built from the generated definition.
 * The only module beside `proto/generated` that knows how messages become bytes.
 */
import type { MessageFns } from './generated/gnmi/gnmi.ts';
import {
  CapabilityRequest,
  CapabilityResponse,
  GetRequest,
  GetResponse,
  SetRequest,
  SetResponse,
  SubscribeRequest,
  SubscribeResponse,
} from './generated/gnmi/gnmi.ts';

interface MethodOptions {
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}

function method<Request, Response>(
  name: string,
  request: MessageFns<Request>,
  response: MessageFns<Response>,
  { requestStream, responseStream }: MethodOptions = {
    requestStream: false,
    responseStream: false,
  },
) {
  return {
    path: `/gnmi.gNMI/${name}`,
    requestStream,
    responseStream,
    requestSerialize: (message: Request): Buffer => Buffer.from(request.encode(message).finish()),
    requestDeserialize: (bytes: Buffer): Request => request.decode(bytes),
    responseSerialize: (message: Response): Buffer =>
      Buffer.from(response.encode(message).finish()),
    responseDeserialize: (bytes: Buffer): Response => response.decode(bytes),
  };
}

/** All four RPCs of `gnmi.gNMI`; usable with `Server.addService` and `makeGenericClientConstructor`. */
export const gnmiService = {
  capabilities: method('Capabilities', CapabilityRequest, CapabilityResponse),
  get: method('Get', GetRequest, GetResponse),
  set: method('Set', SetRequest, SetResponse),
  subscribe: method('Subscribe', SubscribeRequest, SubscribeResponse, {
    requestStream: true,
    responseStream: true,
  }),
};
