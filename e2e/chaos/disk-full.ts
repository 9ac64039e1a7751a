import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { closeWindows, credentials, openWindow, type Window } from '../../src-main/testing/main-rig.ts';
import { startServer, stopServers } from '../../src-server/testing/running-server.ts';
import type { UserId } from '../../src-shared/kernel/ids.ts';
import { readNumbers } from './options.ts';
import { withStoreProgram } from './real-store.ts';

const patienceMs = 60_000;

/**
 * Two people; the files of one lie on a disk of a few megabytes, which is filled to the last byte and then given space
 * again (safety R14). Linux, as root: it mounts the disk in memory.
 */
async function fillDisk(storeFile: string, megabytes: number): Promise<string[]> {
  const disk = mkdtempSync(path.join(tmpdir(), 'kith-full-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', disk]);
  const faults: string[] = [];
  const check = (holds: boolean, what: string): void => {
    console.log(`${holds ? 'ok  ' : 'NOT '} ${what}`);
    if (!holds) faults.push(what);
  };
  try {
    const { url } = await startServer();
    const ann = await openWindow(storeFile, { folder: disk });
    const bo = await openWindow(storeFile);
    const annId = await signUp(ann, url, 'ann');
    const boId = await signUp(bo, url, 'bo');
    await ann.ask('contacts:add', { userId: boId });
    for (let number = 1; number <= 20; number += 1) await send(ann, boId, `before ${number}`);
    await ann.until(async () => (await states(ann, boId)).every((state) => state === 'sent'));
    const settings = path.join(disk, 'settings.json');
    await ann.ask('settings:update', { theme: 'dark' });
    const kept = files(disk);

    const filler = path.join(disk, 'filler');
    fillUp(filler, disk);
    let refusal = '';
    // Where there was room in a page already written, one or two may still be taken.
    for (let attempt = 0; attempt < 50 && refusal === ''; attempt += 1)
      refusal = await send(ann, boId, `while full ${attempt} ${'x'.repeat(4_000)}`).then(
        () => (fillUp(`${filler}-${attempt}`, disk), ''),
        (error: Error) => error.message,
      );
    check(refusal.includes('disk-full'), 'sending is refused, so that the text stays with the person');
    check(noticed(ann), 'the person is told');
    const settingsRefusal = await ann.ask('settings:update', { theme: 'light' }).then(
      () => '',
      (error: Error) => error.message,
    );
    check(settingsRefusal !== '', 'settings that cannot be kept are refused');
    check(sameFiles(kept, files(disk)), 'settings, key and token are as they were, to the byte');
    await send(bo, annId, 'arrives while full');
    await within(
      ann.until(() => shownTexts(ann).includes('arrives while full')),
      'what arrives is shown',
    );
    check(shownTexts(ann).includes('arrives while full'), 'what arrives is shown');
    const before = (await ann.messages(boId)).map((message) => message.text);
    check(before.filter((text) => text.startsWith('before')).length === 20, 'everything from before can be read');

    for (let attempt = -1; attempt < 50; attempt += 1)
      rmSync(attempt < 0 ? filler : `${filler}-${attempt}`, { force: true });
    await within(
      ann.until(() => ann.told('app:noticeEnded').includes('disk-full')),
      'the notice ending',
    );
    await send(ann, boId, 'after');
    await ann.until(async () => (await states(ann, boId)).every((state) => state === 'sent'));
    // What could not be kept is shown behind everything else: in its place it is once it was.
    const isInPlace = async (): Promise<boolean> =>
      (await ann.messages(boId))
        .slice(-2)
        .map((message) => message.text)
        .join(', ') === 'arrives while full, after';
    await within(ann.until(isInPlace), 'keeping what arrived');
    check(true, 'with space again it is kept and the notice goes, by itself');
    const texts = (await ann.messages(boId)).map((message) => message.text);
    check(new Set(texts).size === texts.length, 'nothing is there twice');
    check(texts.at(-1) === 'after' && texts.includes('before 20'), 'sending works');
    check(
      statfsSync(disk).bfree > 0 && readFileSync(settings, 'utf8').includes('dark'),
      'the settings are the old ones',
    );
    await ann.close();
    // What is there then is from the disk.
    await stopServers();
    const again = await openWindow(storeFile, { folder: disk });
    await again.main.start();
    const reopened = (await again.messages(boId)).map((message) => message.text);
    check(JSON.stringify(reopened) === JSON.stringify(texts), 'after a restart without a server it is all the same');
  } finally {
    await closeWindows();
    await stopServers();
    execFileSync('umount', [disk]);
    rmSync(disk, { recursive: true, force: true });
  }
  return faults;
}

async function signUp(window: Window, url: string, name: string): Promise<UserId> {
  const account = await window.ask('session:register', { ...credentials(url, name), email: `${name}@example.org` });
  await window.until(() => window.told('connection:changed').at(-1)?.phase === 'connected');
  return account.userId;
}

const send = (window: Window, peerId: UserId, text: string): Promise<unknown> =>
  window.ask('messages:sendText', { commandId: crypto.randomUUID(), peerId, text });
const states = async (window: Window, peerId: UserId): Promise<string[]> =>
  (await window.messages(peerId)).filter((message) => message.senderId !== peerId).map((message) => message.state);
const shownTexts = (window: Window): string[] =>
  window.told('messages:upserted').flatMap((messages) => messages.map((message) => message.text));
const noticed = (window: Window): boolean => window.told('app:noticed').some(({ kind }) => kind === 'disk-full');

/** Writes until not a byte more is taken. */
function fillUp(file: string, disk: string): void {
  for (let size = statfsSync(disk).bfree * statfsSync(disk).bsize; size > 0; size = Math.floor(size / 2)) {
    try {
      writeFileSync(file, Buffer.alloc(size), { flag: 'a' });
    } catch {
      // Smaller pieces still fit.
    }
  }
}

/** The small files that must never be cut short. */
function files(disk: string): Map<string, string> {
  const names = execFileSync('find', [disk, '-name', '*.json']).toString().trim().split('\n').toSorted();
  return new Map(names.map((name) => [name, readFileSync(name).toString('hex')]));
}
const sameFiles = (one: Map<string, string>, other: Map<string, string>): boolean =>
  JSON.stringify([...one]) === JSON.stringify([...other]);

async function within(work: Promise<unknown>, what: string): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took more than ${patienceMs / 1_000} s`)), patienceMs);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** `npm run chaos -- disk-full [--megabytes=4]` */
export async function run(args: string[]): Promise<number> {
  const options = readNumbers(args, { megabytes: 4 });
  if (options === null) return 2;
  const faults = await withStoreProgram((program) => fillDisk(program, options.megabytes));
  console.log(`disk of ${options.megabytes} MB: ${faults.length} faults`);
  return faults.length === 0 ? 0 : 1;
}
