// Loaded before a program (NODE_OPTIONS=--import=…): its wall clock is SKEW_MS ahead, in all of its threads.
const aheadMs = Number(process.env.SKEW_MS);
const RightDate = Date;
globalThis.Date = class extends RightDate {
  constructor(...given) {
    if (given.length === 0) super(RightDate.now() + aheadMs);
    else super(...given);
  }
  static now() {
    return RightDate.now() + aheadMs;
  }
};
