import { z } from 'zod';
import { assertNever } from '../kernel/assert-never.ts';
import type { ClientFrame } from './frames.ts';
import { optionalName, wireMessageId, wireName, wireText, wireToken, wireUserId } from './wire-fields.ts';

const envelope = { messageId: wireMessageId, senderId: wireUserId, receiverId: wireUserId };
const pair = { userId: wireUserId, targetId: wireUserId };
const slices = z.array(z.string());

/** SEND_FILE and SEND_IMAGE but for their content: upload-frame.ts reads them without it. */
export const fileEnvelope = z
  .object({ ...envelope, fileName: wireText })
  .transform(({ fileName, ...envelope }) => ({ ...envelope, name: fileName }));
export const imageEnvelope = z
  .object({ ...envelope, imageName: wireText })
  .transform(({ imageName, ...envelope }) => ({ ...envelope, name: imageName }));

/** The payload schema of every frame a client may send, by wire `type`. */
export const clientFrameSchemas: ReadonlyMap<string, z.ZodType<ClientFrame>> = new Map<string, z.ZodType<ClientFrame>>([
  [
    'LOGIN',
    z.object({ username: wireName, password: wireText }).transform((payload) => ({ kind: 'log-in', ...payload })),
  ],
  ['LOGIN_BY_TOKEN', z.object({ token: wireToken }).transform(({ token }) => ({ kind: 'log-in-by-token', token }))],
  ['LOGOUT', z.object({ userId: wireUserId }).transform(({ userId }) => ({ kind: 'log-out', userId }))],
  [
    'REGISTER',
    z
      .object({ username: wireName, password: wireText, email: optionalName })
      .transform((payload) => ({ kind: 'register', ...payload })),
  ],
  [
    'UPDATE_PROFILE',
    z
      .object({ userId: wireUserId, username: wireName, password: wireText, email: wireText, avatar: wireText })
      .transform((payload) => ({ kind: 'update-profile', ...payload })),
  ],
  ['LOAD_CONTACTS', z.object({ userId: wireUserId }).transform(({ userId }) => ({ kind: 'load-contacts', userId }))],
  ['ADD_CONTACT', z.object(pair).transform((payload) => ({ kind: 'add-contact', ...payload }))],
  ['DELETE_CONTACT', z.object(pair).transform((payload) => ({ kind: 'delete-contact', ...payload }))],
  [
    'SEND_MESSAGE',
    z.object({ ...envelope, content: wireText }).transform((payload) => ({ kind: 'send-message', ...payload })),
  ],
  [
    'SEND_FILE',
    z.intersection(fileEnvelope, z.object({ fileContent: slices })).transform(({ fileContent, ...envelope }) => ({
      kind: 'send-file',
      ...envelope,
      slices: fileContent,
    })),
  ],
  [
    'SEND_IMAGE',
    z.intersection(imageEnvelope, z.object({ imageContent: slices })).transform(({ imageContent, ...envelope }) => ({
      kind: 'send-image',
      ...envelope,
      slices: imageContent,
    })),
  ],
  ['LOAD_MESSAGES', z.object(pair).transform((payload) => ({ kind: 'load-messages', ...payload }))],
  [
    'MARK_READ',
    z.object({ messageId: wireMessageId }).transform(({ messageId }) => ({ kind: 'mark-read', messageId })),
  ],
  [
    'CLEAR_MESSAGES',
    z.object({ requesterUserId: wireUserId, targetUserId: wireUserId }).transform((payload) => ({
      kind: 'clear-messages',
      userId: payload.requesterUserId,
      targetId: payload.targetUserId,
    })),
  ],
]);

type WireFrame = { readonly type: string; readonly payload: unknown };

/** A client's frame exactly as protocol.md writes it. */
export function toClientWire(frame: ClientFrame): WireFrame {
  switch (frame.kind) {
    case 'log-in':
      return { type: 'LOGIN', payload: { username: frame.username, password: frame.password } };
    case 'log-in-by-token':
      return { type: 'LOGIN_BY_TOKEN', payload: { token: frame.token } };
    case 'log-out':
      return { type: 'LOGOUT', payload: { userId: frame.userId } };
    case 'register': {
      const { username, password, email } = frame;
      return { type: 'REGISTER', payload: { username, password, email } };
    }
    case 'update-profile': {
      const { userId, username, password, email, avatar } = frame;
      return { type: 'UPDATE_PROFILE', payload: { userId, username, password, email, avatar } };
    }
    case 'load-contacts':
      return { type: 'LOAD_CONTACTS', payload: { userId: frame.userId } };
    case 'add-contact':
      return { type: 'ADD_CONTACT', payload: { userId: frame.userId, targetId: frame.targetId } };
    case 'delete-contact':
      return { type: 'DELETE_CONTACT', payload: { userId: frame.userId, targetId: frame.targetId } };
    case 'send-message': {
      const { messageId, senderId, receiverId, content } = frame;
      return { type: 'SEND_MESSAGE', payload: { messageId, senderId, receiverId, content } };
    }
    case 'send-file': {
      const { messageId, senderId, receiverId, name, slices } = frame;
      return { type: 'SEND_FILE', payload: { messageId, senderId, receiverId, fileName: name, fileContent: slices } };
    }
    case 'send-image': {
      const { messageId, senderId, receiverId, name, slices } = frame;
      return {
        type: 'SEND_IMAGE',
        payload: { messageId, senderId, receiverId, imageName: name, imageContent: slices },
      };
    }
    case 'load-messages':
      return { type: 'LOAD_MESSAGES', payload: { userId: frame.userId, targetId: frame.targetId } };
    case 'mark-read':
      return { type: 'MARK_READ', payload: { messageId: frame.messageId } };
    case 'clear-messages':
      return { type: 'CLEAR_MESSAGES', payload: { requesterUserId: frame.userId, targetUserId: frame.targetId } };
    default:
      return assertNever(frame);
  }
}
