/** The matrix of safety T22: every verb that names somebody, under every kind of id, in every state of a connection. */

export const states = ['no login', 'logged in', 'after LOGOUT'] as const;
export const idKinds = ['self', 'other', 'missing', 'string', 'float', '-1', '2^53', 'null'] as const;
/** All verbs but REGISTER, which names nobody who is there already. */
export const verbs = [
  'LOGIN',
  'LOGIN_BY_TOKEN',
  'LOGOUT',
  'UPDATE_PROFILE',
  'LOAD_CONTACTS',
  'ADD_CONTACT',
  'DELETE_CONTACT',
  'SEND_MESSAGE',
  'SEND_FILE',
  'SEND_IMAGE',
  'LOAD_MESSAGES',
  'MARK_READ',
  'CLEAR_MESSAGES',
] as const;

export type State = (typeof states)[number];
export type IdKind = (typeof idKinds)[number];
export type Verb = (typeof verbs)[number];
export type Cell = { readonly verb: Verb; readonly id: IdKind; readonly state: State };

/** 13 × 8 × 3 = 312, state by state so that a connection serves many of them. */
export const cells: readonly Cell[] = states.flatMap((state) =>
  verbs.flatMap((verb) => idKinds.map((id) => ({ verb, id, state }))),
);

/** What an id of each kind is; the others are the same for all. `string` says the other's id in another type. */
function idOf(kind: IdKind, self: unknown, other: unknown, string: string): unknown {
  switch (kind) {
    case 'self':
      return self;
    case 'other':
      return other;
    case 'string':
      return string;
    case 'float':
      return typeof other === 'number' ? other + 0.5 : 1.5;
    case '-1':
      return -1;
    case '2^53':
      return 2 ** 53;
    case 'null':
      return null;
    case 'missing':
      return undefined;
  }
}

/** Who and what the frames of the matrix are about. */
export type Subjects = {
  /** Whose connection it is, a stranger to the third, and the two that must not be touched. */
  readonly self: Subject;
  readonly other: Subject;
  readonly third: { readonly id: number };
  /** A message to `self`, and one between the others. */
  readonly ownMessageId: number;
  readonly otherMessageId: number;
};
export type Subject = {
  readonly id: number;
  readonly name: string;
  readonly password: string;
  readonly email: string;
  readonly token: string;
};

/** The payload of a cell: `messageId` is a new one. */
export function payloadOf({ verb, id: kind }: Cell, subjects: Subjects, messageId: number): Record<string, unknown> {
  const { self, other, third } = subjects;
  const id = idOf(kind, self.id, other.id, String(other.id));
  switch (verb) {
    case 'LOGIN':
      return { username: idOf(kind, self.name, other.name, `${other.name}?`), password: self.password };
    case 'LOGIN_BY_TOKEN': {
      const nearly = `${other.token.slice(0, -2)}__`;
      return { token: idOf(kind, self.token, nearly, String(other.id)) };
    }
    case 'LOGOUT':
    case 'LOAD_CONTACTS':
      return { userId: id };
    case 'UPDATE_PROFILE': {
      // A change to one's own profile that changes nothing; to another's, one that would show.
      const { name, email } = self;
      const isOwn = kind === 'self';
      return {
        userId: id,
        username: isOwn ? name : `${name}-x`,
        password: self.password,
        email,
        avatar: isOwn ? '' : '/x.png',
      };
    }
    case 'ADD_CONTACT':
      return { userId: id, targetId: third.id };
    case 'DELETE_CONTACT':
      return { userId: id, targetId: kind === 'self' ? other.id : self.id };
    case 'SEND_MESSAGE':
      return { messageId, senderId: id, receiverId: third.id, content: 'out of turn' };
    case 'SEND_FILE':
      return { messageId, senderId: id, receiverId: third.id, fileName: 'a.txt', fileContent: ['QUJD'] };
    case 'SEND_IMAGE':
      return { messageId, senderId: id, receiverId: third.id, imageName: 'a.png', imageContent: ['iVBORw0KGgo='] };
    case 'LOAD_MESSAGES':
      return { userId: id, targetId: third.id };
    case 'MARK_READ':
      return { messageId: idOf(kind, subjects.ownMessageId, subjects.otherMessageId, String(subjects.otherMessageId)) };
    case 'CLEAR_MESSAGES':
      return { requesterUserId: id, targetUserId: third.id };
  }
}

/** The reply that says that it was done; MARK_READ has none. */
export const successOf: Readonly<Record<Verb, string | null>> = {
  LOGIN: 'LOGIN_SUCCESS',
  LOGIN_BY_TOKEN: 'LOGIN_SUCCESS',
  LOGOUT: 'LOGOUT_SUCCESS',
  UPDATE_PROFILE: 'PROFILE_UPDATED_SUCCESS',
  LOAD_CONTACTS: 'CONTACTS_LOADED',
  ADD_CONTACT: 'CONTACT_ADDED',
  DELETE_CONTACT: 'CONTACT_DELETED',
  SEND_MESSAGE: 'MESSAGE_RECEIVED_SELF',
  SEND_FILE: 'MESSAGE_RECEIVED_SELF',
  SEND_IMAGE: 'MESSAGE_RECEIVED_SELF',
  LOAD_MESSAGES: 'MESSAGES_LOADED',
  MARK_READ: null,
  CLEAR_MESSAGES: 'MESSAGE_RECEIVED_OTHER',
};

/**
 * Whether a cell must succeed, must have no effect, or may do either: logging in on a connection that is logged in
 * already as the same person changes nothing, whatever the answer.
 */
export function expectationOf({ verb, id, state }: Cell): 'success' | 'no effect' | 'either' {
  if (id !== 'self') return 'no effect';
  if (verb === 'LOGIN' || verb === 'LOGIN_BY_TOKEN') return state === 'logged in' ? 'either' : 'success';
  return state === 'logged in' ? 'success' : 'no effect';
}
