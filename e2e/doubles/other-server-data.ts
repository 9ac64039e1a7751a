import { randomBytes } from 'node:crypto';

/** What this server keeps of a person. */
export type Member = {
  readonly userId: number;
  username: string;
  password: string;
  email: string;
  avatar: string;
  readonly contacts: Set<number>;
};

/** A message as this server keeps it: under a number of its own, whatever the sender called it. */
export type StoredMessage = {
  readonly id: number;
  readonly senderId: number;
  readonly receiverId: number;
  readonly content: string;
  readonly timestamp: string;
  status: 'sent' | 'read';
  readonly type: 'text' | 'file' | 'image';
};

/** A test that runs away must not take the machine with it. */
const maxMembers = 5_000;
const maxMessages = 500_000;

/** Everything in memory: it outlives connections and restarts of the listener, as a database would. */
export function createOtherData() {
  const members = new Map<number, Member>();
  const tokens = new Map<string, number>();
  const messages: StoredMessage[] = [];
  let lastUserId = 0;
  // Numbers of another magnitude than anything a client draws first.
  let lastMessageId = 7_000_000;

  const byName = (username: string): Member | undefined =>
    [...members.values()].find((one) => one.username === username);

  return {
    messages,
    member: (userId: number): Member | undefined => members.get(userId),
    byName,
    byToken: (token: string): Member | undefined => members.get(tokens.get(token) ?? 0),
    /** A new member, or null where the name is taken or empty. */
    register(username: string, password: string, email: string): Member | null {
      if (username === '' || byName(username) !== undefined || members.size >= maxMembers) return null;
      lastUserId += 1;
      const member: Member = { userId: lastUserId, username, password, email, avatar: '', contacts: new Set() };
      members.set(lastUserId, member);
      return member;
    },
    newToken(member: Member): string {
      const token = randomBytes(18).toString('hex');
      tokens.set(token, member.userId);
      return token;
    },
    /** Keeps a message, the same one again as another one. Null where there is no such receiver. */
    store(message: Omit<StoredMessage, 'id' | 'timestamp' | 'status'>): StoredMessage | null {
      if (!members.has(message.receiverId) || messages.length >= maxMessages) return null;
      lastMessageId += 1;
      const stored: StoredMessage = { id: lastMessageId, ...message, timestamp: localTime(new Date()), status: 'sent' };
      messages.push(stored);
      return stored;
    },
    /** What two people wrote to each other, newest first. */
    between: (one: number, other: number): StoredMessage[] => messages.filter(isBetween(one, other)).toReversed(),
    clear(one: number, other: number): void {
      const isGone = isBetween(one, other);
      messages.splice(0, messages.length, ...messages.filter((message) => !isGone(message)));
    },
  };
}

const isBetween =
  (one: number, other: number) =>
  ({ senderId, receiverId }: StoredMessage): boolean =>
    (senderId === one && receiverId === other) || (senderId === other && receiverId === one);

/** `YYYY-MM-DD HH:mm:ss` by the clock on the wall, without a zone. */
function localTime(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
