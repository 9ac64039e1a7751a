import { accountChecks } from './account-checks.ts';
import { createAuthorisationChecks } from './authorisation.ts';
import { contactChecks } from './contact-checks.ts';
import { fileChecks } from './file-checks.ts';
import { createKit, type Check, type Claims } from './kit.ts';
import { messageChecks } from './message-checks.ts';
import { robustnessChecks } from './robustness-checks.ts';
import type { Timing } from './wire-client.ts';

/** The parts of the kit, in the order in which they run. */
export const parts = ['account', 'contacts', 'messages', 'files', 'robustness', 'authorisation'] as const;
export type Part = (typeof parts)[number];

export type ConformanceOptions = Timing & {
  readonly url: string;
  readonly claims: Claims;
  readonly parts: readonly Part[];
  /** Only checks whose name has this in it. */
  readonly matching: string;
  /** Ends at the first failure. */
  readonly bail: boolean;
  readonly print: (line: string) => void;
};

export type ConformanceReport = { readonly passed: number; readonly failed: readonly string[] };

/**
 * Checks a running server against protocol.md and what it claims beyond it, by nothing but its socket and its files.
 * Uses accounts of its own, some fifteen of them, which stay.
 */
export async function runConformance(options: ConformanceOptions): Promise<ConformanceReport> {
  const { url, timeoutMs, graceMs, claims, print } = options;
  const kit = createKit(url, { timeoutMs, graceMs });
  const all: Readonly<Record<Part, readonly Check[]>> = {
    account: accountChecks,
    contacts: contactChecks,
    messages: messageChecks,
    files: fileChecks,
    robustness: robustnessChecks,
    authorisation: createAuthorisationChecks(),
  };
  const failed: string[] = [];
  let passed = 0;
  const wanted = options.parts.flatMap((part) =>
    all[part]
      .filter(({ name, claim }) => (claim === undefined || claims[claim]) && name.includes(options.matching))
      .map(({ name, run }) => ({ title: `${part}: ${name}`, run })),
  );
  for (const { title, run } of wanted) {
    try {
      await run(kit);
      passed += 1;
      print(`ok    ${title}`);
    } catch (error) {
      failed.push(title);
      print(`FAIL  ${title}\n      ${error instanceof Error ? error.message : String(error)}`);
    }
    await kit.tidyUp();
    if (options.bail && failed.length > 0) break;
  }
  await kit.closeAll();
  print(`${passed} passed, ${failed.length} failed`);
  return { passed, failed };
}
