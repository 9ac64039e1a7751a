import type { InboundFrame } from './inbound-frame.ts';
import type { LaneFrame } from './link.ts';

/** Requests of one lane share a reply, so they run one at a time (protocol reading, "No request ids: lanes"). */
export type Lane = 'auth' | 'log-out' | 'profile' | 'load-contacts' | 'contact-changes' | 'load-messages' | 'clear';

const lanes: Readonly<Record<LaneFrame['kind'], Lane>> = {
  'log-in': 'auth',
  'log-in-by-token': 'auth',
  register: 'auth',
  'log-out': 'log-out',
  'update-profile': 'profile',
  'load-contacts': 'load-contacts',
  'add-contact': 'contact-changes',
  'delete-contact': 'contact-changes',
  'load-messages': 'load-messages',
  'clear-messages': 'clear',
};

/** The lane a request runs in. */
export const laneOf = (request: LaneFrame): Lane => lanes[request.kind];

/**
 * What `frame` is to an outstanding `request`. Replies that name whom they are about answer only the request about
 * the same people (safety A17); the others answer whatever is outstanding in their lane.
 */
export function verdictOf(request: LaneFrame, frame: InboundFrame): 'success' | 'failure' | 'unrelated' {
  const answer = (success: boolean, failure: InboundFrame['kind'] | null) =>
    success ? 'success' : frame.kind === failure ? 'failure' : 'unrelated';
  switch (request.kind) {
    case 'log-in':
    case 'log-in-by-token':
      return answer(frame.kind === 'logged-in', 'log-in-failed');
    case 'register':
      return answer(frame.kind === 'registered', 'register-failed');
    case 'log-out':
      return answer(frame.kind === 'logged-out', null);
    case 'update-profile':
      return answer(frame.kind === 'profile-updated', 'profile-update-failed');
    case 'load-contacts':
      return answer(frame.kind === 'contacts-loaded', 'contacts-load-failed');
    case 'add-contact':
      return answer(frame.kind === 'contact-added' && frame.contact.userId === request.targetId, 'contact-add-failed');
    case 'delete-contact':
      return answer(frame.kind === 'contact-deleted', 'contact-delete-failed');
    case 'load-messages':
      return answer(frame.kind === 'messages-loaded' || frame.kind === 'history-held', null);
    case 'clear-messages':
      return answer(
        frame.kind === 'history-cleared' && frame.userId === request.userId && frame.targetId === request.targetId,
        null,
      );
  }
}
