/**
 * Work that pauses: at each `yield` whoever runs it may do something else first. What it has read before may not hold
 * any more after it. Between two pauses lie a few milliseconds at most.
 */
export type Steps<Output> = Generator<void, Output>;

/** So many cheap things are done between two pauses. */
const itemsPerStep = 1_000;

/** Whether the loop that has reached this item should pause here. */
export const isPause = (index: number): boolean => index % itemsPerStep === itemsPerStep - 1;

/** Does all of it at once. */
export function drain<Output>(steps: Steps<Output>): Output {
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value;
}
