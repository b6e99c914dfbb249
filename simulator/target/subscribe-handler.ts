/** The Subscribe RPC: reads the first request, opens the stream, then takes polls and the end (gNMI §3.5.1). */
import type { SubscribeRequest } from '../../proto/generated/gnmi/gnmi.ts';
import { feedsOf } from './feed-plan.ts';
import { SubscribeStream, type SubscribeCall } from './subscribe-stream.ts';
import { planSubscriptions, type SamplingLimits } from './subscription-plan.ts';
import { TargetRefusal } from './target-error.ts';
import type { TargetState } from './target-state.ts';
import type { ServedEncoding } from './typed-value.ts';

export interface SubscribeOptions {
  readonly sampling: SamplingLimits;
  readonly encodings: readonly ServedEncoding[];
  /** Open Subscribe RPCs per target; many devices allow few. */
  readonly maxStreams: number;
}

export function handleSubscribe(
  call: SubscribeCall,
  state: TargetState,
  options: SubscribeOptions,
): void {
  let stream: SubscribeStream | null = null;
  const close = () => {
    if (stream === null) return;
    stream.abandon();
    state.close(stream);
  };
  call.on('data', (request: SubscribeRequest) => {
    try {
      if (stream === null) stream = openStream(call, request, { state, options });
      else follow(stream, request, state);
    } catch (error) {
      close();
      call.emit('error', error);
    }
  });
  call.on('end', () => {
    if (stream === null) call.end();
    else if (stream.mode !== 'once') stream.end();
  });
  call.on('cancelled', close);
  call.on('close', close);
}

function openStream(
  call: SubscribeCall,
  request: SubscribeRequest,
  { state, options }: { readonly state: TargetState; readonly options: SubscribeOptions },
): SubscribeStream {
  if (request.request?.$case !== 'subscribe') {
    throw new TargetRefusal('INVALID_ARGUMENT', 'the first request must carry a SubscriptionList');
  }
  if (state.streams.size >= options.maxStreams) {
    throw new TargetRefusal(
      'RESOURCE_EXHAUSTED',
      `${options.maxStreams} Subscribe calls are open already; this target takes no more`,
    );
  }
  const served = { ...options, schema: state.schema };
  const plan = planSubscriptions(request.request.value, request.extension, served);
  const nowMs = state.beat.tickNow();
  const feeds = feedsOf(plan, { model: state.model, schema: state.schema, nowMs });
  if (state.garbage !== null) call.write(state.garbage);
  const stream = new SubscribeStream({ call, plan, feeds, context: state });
  state.open(stream);
  return stream;
}

function follow(stream: SubscribeStream, request: SubscribeRequest, state: TargetState): void {
  if (request.request?.$case === 'poll' && stream.mode === 'poll') {
    // Nothing else moves the device on for a client that only polls.
    state.beat.tickNow();
    stream.poll();
  } else if (request.request?.$case === 'poll') {
    throw new TargetRefusal('INVALID_ARGUMENT', 'a poll came on a subscription that is not POLL');
  } else {
    throw new TargetRefusal('INVALID_ARGUMENT', 'a Subscribe call takes one SubscriptionList');
  }
}
