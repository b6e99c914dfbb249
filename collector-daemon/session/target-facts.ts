/** What a target says of itself in Capabilities; shown to people and used to choose an encoding. */
export interface TargetFacts {
  readonly gnmiVersion: string;
  readonly encodings: readonly string[];
  /** How many models it claims. */
  readonly models: number;
}

/** For targets that do not answer Capabilities. */
export const unknownTarget: TargetFacts = { gnmiVersion: '', encodings: [], models: 0 };
