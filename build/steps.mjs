import { say } from './say.mjs';

/**
 * One part of a check, judged by what it says and its exit code.
 *
 * @typedef {object} Step
 * @property {string} name
 * @property {() => Promise<{ code: number, output: string }>} run
 */

/**
 * Runs steps, at most `atOnce` of them beside each other, one line for each as it ends. What a step says is shown
 * when it fails.
 *
 * @param {readonly Step[]} steps
 * @param {number} atOnce
 * @returns {Promise<number>} how many failed
 */
export async function runSteps(steps, atOnce) {
  const waiting = [...steps];
  let failed = 0;
  const work = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      if (!(await runStep(step))) failed += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return failed;
}

/**
 * @param {Step} step
 * @returns {Promise<boolean>}
 */
async function runStep({ name, run }) {
  const startedAt = Date.now();
  const { code, output } = await run();
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1).padStart(6);
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${seconds} s  ${name}`);
  if (code !== 0) say(`${name} says:\n${output.trim()}\n`);
  return code === 0;
}
