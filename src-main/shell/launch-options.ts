import path from 'node:path';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';

export type LaunchOptions = {
  /** "" for the usual profile. */
  readonly profile: string;
  /** Absolute path of the folder that holds everything of this profile. */
  readonly userDataDir: string;
  /** Absolute path of the built-in server's folder: one for all profiles, so that they meet on one server. */
  readonly hostingDir: string;
};

/** Switches that would open the packaged program to others: they are not ours to give (safety §5.1). */
export const dangerousSwitches = [
  'remote-debugging-port',
  'remote-debugging-pipe',
  'remote-debugging-address',
  'js-flags',
  'load-extension',
  'disable-web-security',
] as const;

/**
 * Where this start keeps its things.
 * @param argv the command line; `--profile=<name>` or `--profile <name>` names a separate instance.
 * @param env of the process: `KITH_USER_DATA` and `KITH_HOSTING_DIR` name other folders than the usual ones.
 * @param appDataDir the system's folder for the data of programs.
 * @returns the options, or one line that says what is wrong with them.
 */
export function parseLaunchOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  appDataDir: string,
): Result<LaunchOptions, string> {
  const profile = readProfile(argv);
  if (profile !== '' && !/^[a-z0-9-]{1,32}$/.test(profile)) {
    return err('--profile takes 1 to 32 of the characters a-z, 0-9 and -');
  }
  const { KITH_USER_DATA: userData = '', KITH_HOSTING_DIR: hosting = '' } = env;
  for (const [name, dir] of Object.entries({ KITH_USER_DATA: userData, KITH_HOSTING_DIR: hosting })) {
    if (dir !== '' && !path.isAbsolute(dir)) return err(`${name} must be an absolute path`);
  }
  const usualDir = userData === '' ? path.join(appDataDir, 'Kith') : path.normalize(userData);
  return ok({
    profile,
    userDataDir: userData === '' && profile !== '' ? `${usualDir}-${profile}` : usualDir,
    hostingDir: hosting === '' ? path.join(usualDir, 'server') : path.normalize(hosting),
  });
}

function readProfile(argv: readonly string[]): string {
  const index = argv.findLastIndex((argument) => argument === '--profile' || argument.startsWith('--profile='));
  const argument = argv[index];
  if (argument === undefined) return '';
  // An empty name is a mistake, not the usual profile: it fails the check.
  return (argument === '--profile' ? argv[index + 1] : argument.slice('--profile='.length)) || ' ';
}
