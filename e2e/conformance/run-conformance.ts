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
  for (const part of options.parts) {
    for (const { name, claim, run } of all[part]) {
      if (claim !== undefined && !claims[claim]) continue;
      const title = `${part}: ${name}`;
      try {
        await run(kit);
        passed += 1;
        print(`ok    ${title}`);
      } catch (error) {
        failed.push(title);
        print(`FAIL  ${title}\n      ${error instanceof Error ? error.message : String(error)}`);
      }
      await kit.tidyUp();
    }
  }
  await kit.closeAll();
  print(`${passed} passed, ${failed.length} failed`);
  return { passed, failed };
}
