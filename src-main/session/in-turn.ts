/** Does one piece of work after the other, whatever became of those before. */
export function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    // Not `then(work)`: it would be handed what the one before came to.
    const turn = last.then(() => work());
    last = turn.catch(() => undefined);
    return turn;
  };
}
