/** What a target says of itself when it is connected; shown to people. */
import type { SessionStatus } from '../../core/contract/device.ts';

export type TargetFacts = NonNullable<SessionStatus['target']>;
