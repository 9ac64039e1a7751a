/**
 * Prints one line about what the tools do, apart from the program's own output.
 *
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`kith: ${line}\n`);
}

/**
 * Ends a command line tool: a known failure is one plain line, a bug keeps its stack.
 *
 * @param {() => Promise<number>} main answers the exit code
 */
export async function runTool(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    say(error instanceof ToolError ? error.message : error instanceof Error ? String(error.stack) : String(error));
    process.exitCode = 1;
  }
}

/** Something a person can understand and put right; its message is all they need to see. */
export class ToolError extends Error {}
