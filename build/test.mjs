// npm test   everything: npm run check, the journeys of two people in real Electron, the packaged app
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { check } from './check.mjs';
import { openDesktop } from './desktop-session.mjs';
import { ensureBuilt } from './ensure-built.mjs';
import { packageUnpacked } from './package.mjs';
import { packagedAppSteps } from './packaged-smoke.mjs';
import { inPackages } from './places.mjs';
import { runInForeground } from './processes.mjs';
import { runTool, say } from './say.mjs';
import { runSteps } from './steps.mjs';

await runTool(async () => {
  const reports = fs.mkdtempSync(path.join(os.tmpdir(), 'kith-test-'));
  try {
    return await testAll(path.join(reports, 'unit.json'), path.join(reports, 'journeys.json'));
  } finally {
    fs.rmSync(reports, { recursive: true, force: true });
  }
});

/**
 * @param {string} unitReport
 * @param {string} journeyReport
 * @returns {Promise<number>} exit code
 */
async function testAll(unitReport, journeyReport) {
  const startedAt = Date.now();
  let failedSteps = await check({ testReport: unitReport });
  await ensureBuilt();
  const desktop = await openDesktop('private');
  try {
    const env = { ...desktop.env, PLAYWRIGHT_JSON_OUTPUT_FILE: journeyReport };
    const playwright = [inPackages('@playwright/test/cli.js'), 'test', '--reporter=list,json'];
    if ((await runInForeground(process.execPath, playwright, env)) !== 0) failedSteps += 1;
    say('packaging the app');
    const steps = packagedAppSteps(await packageUnpacked(desktop.electron), desktop.env);
    const failedPackaging = await runSteps(steps, 1);
    failedSteps += failedPackaging;
    const units = countUnitTests(unitReport);
    const journeys = countJourneys(journeyReport);
    const passed = units.passed + journeys.passed + steps.length - failedPackaging;
    // What fails without a test of its own (format, types, a run that broke off) counts as well.
    const failed = Math.max(failedSteps, units.failed + journeys.failed + failedPackaging);
    say(`npm test took ${((Date.now() - startedAt) / 1000).toFixed(0)} s`);
    if (failedSteps > 0) say(`${failedSteps} steps failed, see FAILED above`);
    console.log(`${passed} passed, ${failed} failed`);
    return failedSteps === 0 ? 0 : 1;
  } finally {
    await desktop.close();
  }
}

/** @param {string} report vitest's JSON */
function countUnitTests(report) {
  const { numPassedTests, numFailedTests } =
    /** @type {{ numPassedTests: number, numFailedTests: number }} */ (readReport(report)) ?? {};
  return { passed: numPassedTests ?? 0, failed: numFailedTests ?? 0 };
}

/** @param {string} report Playwright's JSON */
function countJourneys(report) {
  const { stats } =
    /** @type {{ stats: { expected: number, unexpected: number } } | undefined} */ (readReport(report)) ?? {};
  return { passed: stats?.expected ?? 0, failed: stats?.unexpected ?? 0 };
}

/**
 * @param {string} file
 * @returns {unknown} undefined if the run ended before it was written
 */
function readReport(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined;
}
