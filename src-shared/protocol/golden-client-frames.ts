import { messageId, userId } from '../kernel/ids.ts';
import type { ClientFrame } from './frames.ts';
import { met, sent, type GoldenFrame } from './golden-frame.ts';

const me = userId(7);
const peer = userId(42);
const pair = { userId: me, targetId: peer };
const envelope = { messageId: messageId(1_234_567), senderId: me, receiverId: peer };

/**
 * Every frame that a client sends by protocol.md, and the slips that a server takes. Tests of the codec, of the client
 * and of the server read the wire from here.
 */
export const goldenClientFrames: readonly GoldenFrame<ClientFrame>[] = [
  sent(
    'log in',
    { kind: 'log-in', username: 'Ann', password: 'pa"ss\\wörd' },
    String.raw`{"type":"LOGIN","payload":{"username":"Ann","password":"pa\"ss\\wörd"}}`,
  ),
  sent(
    'log in by token',
    { kind: 'log-in-by-token', token: 'T0k-en_' },
    '{"type":"LOGIN_BY_TOKEN","payload":{"token":"T0k-en_"}}',
  ),
  sent('log out', { kind: 'log-out', userId: me }, '{"type":"LOGOUT","payload":{"userId":7}}'),
  sent(
    'register',
    { kind: 'register', username: '安', password: 'secret', email: 'ann@example.org' },
    '{"type":"REGISTER","payload":{"username":"安","password":"secret","email":"ann@example.org"}}',
  ),
  met(
    'register without an email',
    { kind: 'register', username: 'Ann', password: 'secret', email: '' },
    '{"type":"REGISTER","payload":{"username":"Ann","password":"secret"}}',
  ),
  sent(
    'update the profile',
    {
      kind: 'update-profile',
      userId: me,
      username: 'Ann',
      password: 'secret',
      email: 'ann@example.org',
      avatar: 'data:image/png;base64,QUJD',
    },
    '{"type":"UPDATE_PROFILE","payload":{"userId":7,"username":"Ann","password":"secret","email":"ann@example.org","avatar":"data:image/png;base64,QUJD"}}',
  ),
  sent('load contacts', { kind: 'load-contacts', userId: me }, '{"type":"LOAD_CONTACTS","payload":{"userId":7}}'),
  sent(
    'add a contact',
    { kind: 'add-contact', ...pair },
    '{"type":"ADD_CONTACT","payload":{"userId":7,"targetId":42}}',
  ),
  sent(
    'delete a contact',
    { kind: 'delete-contact', ...pair },
    '{"type":"DELETE_CONTACT","payload":{"userId":7,"targetId":42}}',
  ),
  sent(
    'send a message',
    { kind: 'send-message', ...envelope, content: 'line 1\nline 2 😀' },
    String.raw`{"type":"SEND_MESSAGE","payload":{"messageId":1234567,"senderId":7,"receiverId":42,"content":"line 1\nline 2 😀"}}`,
  ),
  sent(
    'send a file',
    { kind: 'send-file', ...envelope, name: 'notes.txt', slices: ['QUJD', 'RA=='] },
    '{"type":"SEND_FILE","payload":{"messageId":1234567,"senderId":7,"receiverId":42,"fileName":"notes.txt","fileContent":["QUJD","RA=="]}}',
  ),
  sent(
    'send an image',
    { kind: 'send-image', ...envelope, name: 'sky.png', slices: ['iVBORw0KGgo='] },
    '{"type":"SEND_IMAGE","payload":{"messageId":1234567,"senderId":7,"receiverId":42,"imageName":"sky.png","imageContent":["iVBORw0KGgo="]}}',
  ),
  sent(
    'load messages',
    { kind: 'load-messages', ...pair },
    '{"type":"LOAD_MESSAGES","payload":{"userId":7,"targetId":42}}',
  ),
  sent(
    'mark a message read',
    { kind: 'mark-read', messageId: messageId(99) },
    '{"type":"MARK_READ","payload":{"messageId":99}}',
  ),
  sent(
    'clear messages',
    { kind: 'clear-messages', ...pair },
    '{"type":"CLEAR_MESSAGES","payload":{"requesterUserId":7,"targetUserId":42}}',
  ),
  met(
    'ids as decimal strings',
    { kind: 'add-contact', ...pair },
    '{"type":"ADD_CONTACT","payload":{"userId":"7","targetId":"42"}}',
  ),
  met(
    'unknown fields beside the known ones',
    { kind: 'log-out', userId: me },
    '{"version":2,"type":"LOGOUT","payload":{"userId":7,"reason":{"a":[1]}}}',
  ),
];
