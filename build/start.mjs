// npm start -- --profile=second   builds if needed and opens Kith; everything after -- goes to the app
import { openDesktop } from './desktop-session.mjs';
import { electronSwitches, profileOf } from './electron-arguments.mjs';
import { ensureBuilt } from './ensure-built.mjs';
import { announceFirstScreen } from './first-screen.mjs';
import { lastingKeyringFolder } from './keyring.mjs';
import { root } from './places.mjs';
import { runInForeground } from './processes.mjs';
import { runTool, say } from './say.mjs';

await runTool(async () => {
  const appArguments = process.argv.slice(2);
  const profile = profileOf(appArguments);
  await ensureBuilt();
  const keyringFolder = lastingKeyringFolder(profile);
  const desktop = await openDesktop({ folder: keyringFolder });
  const firstScreen = desktop.isVirtual ? announceFirstScreen(profile) : undefined;
  try {
    if (desktop.hasOwnKeyring) say(`no keyring here: one is kept in ${keyringFolder}, as private as that folder`);
    return await runInForeground(desktop.electron.executable, [...electronSwitches(desktop), root, ...appArguments], {
      ...desktop.env,
      ...firstScreen?.env,
    });
  } finally {
    firstScreen?.stop();
    await desktop.close();
  }
});
