/** Spreads redraws over animation frames, so that a full dashboard never takes one long frame. */
const perFrame = 2;

const waiting = new Map<object, () => void>();
let scheduled = false;

/** Runs `draw` in one of the next frames; a newer call for the same owner replaces an older one. */
export function queueRedraw(owner: object, draw: () => void): void {
  waiting.set(owner, draw);
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(drawSome);
}

export function forgetRedraw(owner: object): void {
  waiting.delete(owner);
}

function drawSome(): void {
  let drawn = 0;
  for (const [owner, draw] of waiting) {
    if (drawn === perFrame) break;
    waiting.delete(owner);
    draw();
    drawn += 1;
  }
  scheduled = waiting.size > 0;
  if (scheduled) requestAnimationFrame(drawSome);
}
