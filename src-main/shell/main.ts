import { app, protocol } from 'electron';
import path from 'node:path';
import process from 'node:process';
import { dangerousSwitches, parseLaunchOptions } from './launch-options.ts';
import { startProgram } from './start-program.ts';

/**
 * The entry of the program. Everything that must happen before `ready` happens here, at once: waiting for `ready`
 * at the top level of a module would wait for ever.
 */
app.setName('Kith');
const launch = parseLaunchOptions(process.argv, process.env, app.getPath('appData'));
const dangerous = app.isPackaged ? dangerousSwitches.find((name) => app.commandLine.hasSwitch(name)) : undefined;

if (!launch.ok) {
  refuse(launch.error);
} else if (dangerous !== undefined) {
  refuse(`--${dangerous} is not for this program`);
} else {
  // Before the lock, which lies in this folder: one instance for each profile (safety T37).
  app.setPath('userData', launch.value.userDataDir);
  // This takes `--no-sandbox` away again, which is right but for root on Linux, where nothing could start then,
  // and for tests. Pages ask for their sandbox all the same.
  const isWithoutSandbox = app.commandLine.hasSwitch('no-sandbox') && (!app.isPackaged || process.getuid?.() === 0);
  if (!isWithoutSandbox) app.enableSandbox();
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
    {
      scheme: 'app-media',
      // The worker that makes small copies of pictures reads them; whose they are is said by their answers.
      privileges: { standard: true, secure: true, stream: true, supportFetchAPI: true, corsEnabled: true },
    },
  ]);
  // The other instance brings its window to the front.
  if (app.requestSingleInstanceLock()) startProgram(launch.value, path.join(import.meta.dirname, '..'));
  else app.exit(0);
}

function refuse(reason: string): void {
  process.stderr.write(`kith: ${reason}\n`);
  app.exit(2);
}
