import type { ClientFrameKind } from './frames.ts';

const answered: ReadonlyMap<string, readonly ClientFrameKind[]> = new Map<string, readonly ClientFrameKind[]>([
  ['LOGIN_SUCCESS', ['log-in', 'log-in-by-token']],
  ['LOGIN_FAILURE', ['log-in', 'log-in-by-token']],
  ['REGISTER_SUCCESS', ['register']],
  ['PROFILE_UPDATED_SUCCESS', ['update-profile']],
  ['CONTACTS_LOADED', ['load-contacts']],
  ['CONTACTS_LOADED_FAILED', ['load-contacts']],
  ['CONTACT_ADDED', ['add-contact']],
  ['CONTACT_ADDED_FAILED', ['add-contact']],
  ['CONTACT_DELETED_FAILED', ['delete-contact']],
  ['MESSAGES_LOADED', ['load-messages']],
]);

/**
 * The requests that a frame of this wire `type` answers. With it, a reply whose payload could not be read fails its
 * request as `invalid-reply` at once (protocol reading, "lanes") instead of letting it run into its timeout.
 */
export function requestsAnsweredBy(type: string): readonly ClientFrameKind[] {
  return answered.get(type) ?? [];
}
