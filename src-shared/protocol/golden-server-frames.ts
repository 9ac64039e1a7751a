import { messageId, userId } from '../kernel/ids.ts';
import type { ServerFrame, WireMessage } from './frames.ts';
import { met, sent, type GoldenFrame } from './golden-frame.ts';

const me = userId(7);
const peer = userId(42);
const account = { userId: me, username: 'Ann', email: 'ann@example.org', avatar: '/avatars/7.png' };
const accountText = '"userId":7,"username":"Ann","email":"ann@example.org","avatar":"/avatars/7.png"';
const contact = { userId: peer, username: 'Bob', online: true, avatar: '' };

const message: WireMessage = {
  id: messageId(99),
  senderId: peer,
  receiverId: me,
  content: 'Hello 你好',
  timestampMs: Date.UTC(2024, 4, 6, 7, 8, 9, 123),
  status: 'sent',
  type: 'text',
};
const messageText = (content: string, type: string, status = 'sent', timestamp = '"2024-05-06T07:08:09.123Z"') =>
  `{"id":99,"senderId":42,"receiverId":7,"content":${content},"timestamp":${timestamp},"status":"${status}","type":"${type}"}`;
const received = (changes: Partial<WireMessage>): ServerFrame => ({
  kind: 'message-received',
  message: { ...message, ...changes },
});
const push = (payload: string) => `{"type":"MESSAGE_RECEIVED_OTHER","payload":${payload}}`;
const cleared: ServerFrame = { kind: 'history-cleared', userId: me, targetId: peer };
const descriptor = '{"name":"notes.txt","size":4,"mime":"text/plain","url":"/files/abc"}';

/**
 * Every frame that a server sends by protocol.md, and every slip that protocol reading tells us to take. Tests of the
 * codec, of the client and of the server read the wire from here.
 */
export const goldenServerFrames: readonly GoldenFrame<ServerFrame>[] = [
  sent(
    'logged in',
    { kind: 'logged-in', account, token: 'T0k-en_' },
    `{"type":"LOGIN_SUCCESS","payload":{${accountText},"token":"T0k-en_"}}`,
  ),
  met(
    'logged in without email and avatar',
    { kind: 'logged-in', account: { ...account, email: '', avatar: '' }, token: 'T' },
    '{"type":"LOGIN_SUCCESS","payload":{"userId":"7","username":"Ann","avatar":null,"token":"T"}}',
  ),
  met(
    'log in failed under the name of success',
    { kind: 'log-in-failed', error: 'no' },
    `{"type":"LOGIN_SUCCESS","payload":{${accountText},"token":"T","error":"no"}}`,
  ),
  sent(
    'log in failed',
    { kind: 'log-in-failed', error: 'Wrong name or password' },
    '{"type":"LOGIN_FAILURE","payload":{"error":"Wrong name or password"}}',
  ),
  met('log in failed without words', { kind: 'log-in-failed', error: '' }, '{"type":"LOGIN_FAILURE"}'),
  sent('logged out', { kind: 'logged-out' }, '{"type":"LOGOUT_SUCCESS","payload":{}}'),
  met('logged out with null for {}', { kind: 'logged-out' }, '{"type":"LOGOUT_SUCCESS","payload":null}'),
  met('logged out with nothing for {}', { kind: 'logged-out' }, '{"type":"LOGOUT_SUCCESS"}'),
  sent(
    'registered',
    { kind: 'registered', account, token: 'T0k-en_' },
    `{"type":"REGISTER_SUCCESS","payload":{${accountText},"token":"T0k-en_"}}`,
  ),
  met(
    'registered with an empty error',
    { kind: 'registered', account, token: 'T' },
    `{"type":"REGISTER_SUCCESS","payload":{${accountText},"token":"T","error":""}}`,
  ),
  sent(
    'register failed',
    { kind: 'register-failed', error: 'The name is taken' },
    '{"type":"REGISTER_SUCCESS","payload":{"error":"The name is taken"}}',
  ),
  met(
    'register failed though an account came along',
    { kind: 'register-failed', error: 'The name is taken' },
    `{"type":"REGISTER_SUCCESS","payload":{${accountText},"token":"T","error":"The name is taken"}}`,
  ),
  met(
    'registered without a token is no success',
    { kind: 'register-failed', error: '' },
    `{"type":"REGISTER_SUCCESS","payload":{${accountText}}}`,
  ),
  met(
    'register failure',
    { kind: 'register-failed', error: 'x' },
    '{"type":"REGISTER_FAILURE","payload":{"error":"x"}}',
  ),
  met(
    'register failed by name',
    { kind: 'register-failed', error: 'x' },
    '{"type":"REGISTER_FAILED","payload":{"error":"x"}}',
  ),
  sent(
    'profile updated',
    { kind: 'profile-updated', account },
    '{"type":"PROFILE_UPDATED_SUCCESS","payload":{"userId":7,"username":"Ann","password":"","email":"ann@example.org","avatar":"/avatars/7.png"}}',
  ),
  met(
    'profile updated, its password dropped',
    { kind: 'profile-updated', account },
    `{"type":"PROFILE_UPDATED_SUCCESS","payload":{${accountText},"password":"secret"}}`,
  ),
  sent(
    'profile update failed',
    { kind: 'profile-update-failed', error: 'The name is taken' },
    '{"type":"PROFILE_UPDATED_SUCCESS","payload":{"error":"The name is taken"}}',
  ),
  met(
    'profile updated without a user id is no success',
    { kind: 'profile-update-failed', error: '' },
    '{"type":"PROFILE_UPDATED_SUCCESS","payload":{"username":"Ann"}}',
  ),
  met(
    'profile update failed by name',
    { kind: 'profile-update-failed', error: 'x' },
    '{"type":"PROFILE_UPDATED_FAILED","payload":{"error":"x"}}',
  ),
  met(
    'profile update failure',
    { kind: 'profile-update-failed', error: 'x' },
    '{"type":"PROFILE_UPDATED_FAILURE","payload":{"error":"x"}}',
  ),
  sent(
    'contacts loaded',
    { kind: 'contacts-loaded', contacts: [contact, { ...contact, userId: userId(43), username: '', online: false }] },
    '{"type":"CONTACTS_LOADED","payload":{"contacts":[{"contactId":42,"username":"Bob","online":true,"avatar":""},{"contactId":43,"username":"","online":false,"avatar":""}]}}',
  ),
  sent(
    'no contacts',
    { kind: 'contacts-loaded', contacts: [] },
    '{"type":"CONTACTS_LOADED","payload":{"contacts":[]}}',
  ),
  met(
    'contacts without an id are left out',
    { kind: 'contacts-loaded', contacts: [contact], droppedRows: 2 },
    '{"type":"CONTACTS_LOADED","payload":{"contacts":[{"username":"x"},{"userId":42,"userName":"Bob","online":1},null]}}',
  ),
  sent(
    'contacts load failed',
    { kind: 'contacts-load-failed', error: 'busy' },
    '{"type":"CONTACTS_LOADED_FAILED","payload":{"error":"busy"}}',
  ),
  sent(
    'contact added, its name as userName',
    { kind: 'contact-added', contact },
    '{"type":"CONTACT_ADDED","payload":{"contactId":42,"userName":"Bob","online":true,"avatar":""}}',
  ),
  met(
    'contact added, its name as username and its id as userId',
    { kind: 'contact-added', contact },
    '{"type":"CONTACT_ADDED","payload":{"userId":42,"username":"Bob","online":true}}',
  ),
  sent(
    'contact add failed',
    { kind: 'contact-add-failed', error: 'Nobody has this id' },
    '{"type":"CONTACT_ADDED_FAILED","payload":{"error":"Nobody has this id"}}',
  ),
  sent('contact deleted', { kind: 'contact-deleted' }, '{"type":"CONTACT_DELETED","payload":{}}'),
  met('contact deleted with null for {}', { kind: 'contact-deleted' }, '{"type":"CONTACT_DELETED","payload":null}'),
  met('contact deleted with nothing for {}', { kind: 'contact-deleted' }, '{"type":"CONTACT_DELETED"}'),
  sent(
    'contact delete failed',
    { kind: 'contact-delete-failed', error: 'x' },
    '{"type":"CONTACT_DELETED_FAILED","payload":{"error":"x"}}',
  ),
  sent(
    'message acknowledged',
    { kind: 'message-acknowledged', messageId: messageId(1_234_567) },
    '{"type":"MESSAGE_RECEIVED_SELF","payload":{"messageId":1234567}}',
  ),
  met(
    "message acknowledged with the server's id and time",
    {
      kind: 'message-acknowledged',
      messageId: messageId(0),
      id: messageId(5),
      // Without a zone it is read in that of this computer.
      timestampMs: new Date(2024, 4, 6, 7, 8, 9).getTime(),
    },
    '{"type":"MESSAGE_RECEIVED_SELF","payload":{"timestamp":"2024-05-06 07:08:09","id":"5","messageId":"0"}}',
  ),
  sent('text received', received({}), push(messageText('"Hello 你好"', 'text'))),
  sent(
    'file received',
    received({ content: descriptor, type: 'file' }),
    push(messageText(JSON.stringify(descriptor), 'file')),
  ),
  sent(
    'image received, read already',
    received({ content: 'https://example.org/sky.png', type: 'image', status: 'read' }),
    push(messageText('"https://example.org/sky.png"', 'image', 'read')),
  ),
  met(
    'content as an array of slices',
    received({ content: '["QUJD","RA=="]', type: 'file' }),
    push(messageText('["QUJD","RA=="]', 'file')),
  ),
  met('content as an object', received({ content: descriptor, type: 'file' }), push(messageText(descriptor, 'file'))),
  met('an unknown status and type', received({}), push(messageText('"Hello 你好"', 'sticker', 'delivered'))),
  met(
    'a timestamp in seconds',
    received({ timestampMs: 1_714_979_289_000 }),
    push(messageText('"Hello 你好"', 'text', 'sent', '1714979289')),
  ),
  met(
    'no timestamp, status or type',
    received({ timestampMs: null }),
    push('{"id":99,"senderId":42,"receiverId":7,"content":"Hello 你好"}'),
  ),
  sent(
    'messages loaded, a bare array',
    {
      kind: 'messages-loaded',
      messages: [message, { ...message, id: messageId(100), status: 'read' }],
      droppedRows: 0,
    },
    `{"type":"MESSAGES_LOADED","payload":[${messageText('"Hello 你好"', 'text')},${messageText('"Hello 你好"', 'text', 'read').replace('99', '100')}]}`,
  ),
  sent(
    'no messages',
    { kind: 'messages-loaded', messages: [], droppedRows: 0 },
    '{"type":"MESSAGES_LOADED","payload":[]}',
  ),
  met(
    'messages loaded in an object',
    { kind: 'messages-loaded', messages: [message], droppedRows: 0 },
    `{"type":"MESSAGES_LOADED","payload":{"messages":[${messageText('"Hello 你好"', 'text')}]}}`,
  ),
  met(
    'messages loaded with bad rows among them',
    { kind: 'messages-loaded', messages: [message], droppedRows: 3 },
    `{"type":"MESSAGES_LOADED","payload":[null,{"id":1},${messageText('"Hello 你好"', 'text')},{"userId":7,"targetUserId":42}]}`,
  ),
  sent('history cleared, told by its fields', cleared, push('{"userId":7,"targetUserId":42}')),
  met('history cleared by name', cleared, '{"type":"MESSAGES_CLEARED","payload":{"userId":7,"targetUserId":42}}'),
];
