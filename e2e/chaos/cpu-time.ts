/** Milliseconds that this process has worked: unlike a clock's, they do not grow while others have the processor. */
export function workedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
