import type { EventChannel, RequestChannel } from './contract.ts';

/** The names alone, for the preload: it must stay one small file without schemas. `satisfies` keeps them complete. */
export const requestChannels = Object.keys({
  'app:getSnapshot': 1,
  'settings:update': 1,
  'hosting:startLocal': 1,
  'servers:probe': 1,
  'session:register': 1,
  'session:logIn': 1,
  'session:logOut': 1,
  'connection:retryNow': 1,
  'contacts:add': 1,
  'conversations:setViewed': 1,
  'messages:getPage': 1,
  'messages:sendText': 1,
  'messages:retry': 1,
  'messages:delete': 1,
  'messages:markRead': 1,
  'drafts:save': 1,
  'search:find': 1,
  'links:open': 1,
  'history:retry': 1,
  'app:dismissNotice': 1,
} satisfies Record<RequestChannel, 1>) as RequestChannel[];

export const eventChannels = Object.keys({
  'settings:changed': 1,
  'session:changed': 1,
  'connection:changed': 1,
  'contacts:changed': 1,
  'conversations:upserted': 1,
  'conversations:removed': 1,
  'messages:upserted': 1,
  'messages:removed': 1,
  'messages:reordered': 1,
  'servers:probed': 1,
  'app:noticed': 1,
  'app:noticeEnded': 1,
  'app:screenLocked': 1,
} satisfies Record<EventChannel, 1>) as EventChannel[];
