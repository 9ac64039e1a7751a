import type { AppErrorCode } from '../kernel/app-error.ts';
import type { StagedProblem } from '../domain/attachment.ts';
import type { FailureReason, MessageState } from '../domain/message.ts';
import type { Locale } from '../domain/settings.ts';
import type { Notice, Presence, ProbeStep } from '../ipc/views.ts';
import en from './en.json' with { type: 'json' };
import zhCN from './zh-CN.json' with { type: 'json' };

type PathsOf<T> = {
  [K in keyof T & string]: T[K] extends string ? K : `${K}.${PathsOf<T[K]>}`;
}[keyof T & string];
/** English has a singular where Chinese has none, so keys are compared without their plural ending. */
type WithoutPlural<K extends string> = K extends `${infer Base}_${'one' | 'other'}` ? Base : K;

type EnglishKey = WithoutPlural<PathsOf<typeof en>>;
type ChineseKey = WithoutPlural<PathsOf<typeof zhCN>>;
/** What may cross IPC as a code, and therefore has to have words. */
type CodeKey =
  | `error.${AppErrorCode}`
  | `failure.${FailureReason}`
  | `tray.problem.${StagedProblem}`
  | `notice.${Notice['kind']}`
  | `message.${MessageState}`
  | `presence.${Presence}`
  | `probe.${ProbeStep['outcome']}.${ProbeStep['step']}`;
type Proven<Key, _InEnglishOnly extends never, _NotInEnglish extends never> = Key;

/** Every text by its path, e.g. `error.offline`. Compiles only while both languages have the same keys and no code lacks one. */
export type TextKey = Proven<EnglishKey, Exclude<EnglishKey, ChineseKey>, Exclude<ChineseKey | CodeKey, EnglishKey>>;

/** The texts of each language; English gives the types. */
export const texts = { en, 'zh-CN': zhCN } satisfies Record<Locale, unknown>;
