import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Bridge } from '../../../src-shared/ipc/contract.ts';
import type { ContactView } from '../../../src-shared/ipc/views.ts';
import type { AppError } from '../../../src-shared/kernel/app-error.ts';
import type { UserId } from '../../../src-shared/kernel/ids.ts';
import type { Result } from '../../../src-shared/kernel/result.ts';

/** What is asked about before it is done. */
export type PersonQuestion = 'clear' | 'delete' | 'block';

export type PersonActions = {
  readonly question: PersonQuestion | null;
  readonly ask: (question: PersonQuestion | null) => void;
  /** Does what was asked about. */
  readonly confirm: () => void;
  readonly unblock: () => void;
  /** Why the last one did not work. */
  readonly problem: AppError | null;
  readonly forgetProblem: () => void;
};

/** What can be done about one person. @param say tells in passing that it was done, where nothing else shows it. */
export function usePersonActions(bridge: Bridge, peer: ContactView, say: (text: string) => void): PersonActions {
  const { t } = useTranslation();
  const [question, setQuestion] = useState<PersonQuestion | null>(null);
  const { userId, username: name } = peer;
  const [failed, setFailed] = useState<{ readonly userId: UserId; readonly error: AppError } | null>(null);

  async function run(doing: Promise<Result<unknown>>, done: string | null): Promise<void> {
    setQuestion(null);
    setFailed(null);
    const result = await doing;
    if (!result.ok) setFailed({ userId, error: result.error });
    else if (done !== null) say(done);
  }
  const confirm = (): Promise<void> | undefined => {
    switch (question) {
      case 'clear':
        return run(bridge['conversations:clear']({ peerId: userId }), t('person.cleared'));
      case 'delete':
        return run(bridge['contacts:delete']({ userId }), t('person.deleted', { name }));
      case 'block':
        return run(bridge['contacts:setBlocked']({ userId, isBlocked: true }), null);
      case null:
        return undefined;
    }
  };
  return {
    question,
    ask: setQuestion,
    confirm: () => void confirm(),
    unblock: () => void run(bridge['contacts:setBlocked']({ userId, isBlocked: false }), null),
    problem: failed?.userId === userId ? failed.error : null,
    forgetProblem: () => setFailed(null),
  };
}
