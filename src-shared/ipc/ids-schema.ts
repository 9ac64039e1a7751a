import { z } from 'zod';
import { maxWireInt, type CommandId, type MessageId, type RowId, type ServerUrl, type UserId } from '../kernel/ids.ts';

/** Ids as they cross IPC: checked, then branded. */

const asIs =
  <T>() =>
  (value: unknown): T =>
    value as T;
export const userIdSchema = z.int().min(1).max(maxWireInt).transform(asIs<UserId>());
export const messageIdSchema = z.int().min(0).max(maxWireInt).transform(asIs<MessageId>());
export const rowIdSchema = z.int().min(1).transform(asIs<RowId>());
export const serverUrlSchema = z.string().max(2_048).transform(asIs<ServerUrl>());
export const commandIdSchema = z.uuid().transform(asIs<CommandId>());
