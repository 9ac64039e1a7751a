import type { WireFrame } from './wire-client.ts';

/** What protocol.md says about fields, checked to the letter. Fields beyond the documented ones are allowed. */

type FieldType = 'int' | 'string' | 'boolean';
export type Fields = Readonly<Record<string, unknown>>;

export const accountShape = { userId: 'int', username: 'string', email: 'string', avatar: 'string' } as const;
export const loggedInShape = { ...accountShape, token: 'string' } as const;
export const profileShape = { ...accountShape, password: 'string' } as const;
export const contactShape = { contactId: 'int', username: 'string', online: 'boolean', avatar: 'string' } as const;
/** The slip of the protocol: `userName` here, `username` elsewhere. */
export const addedContactShape = { contactId: 'int', userName: 'string', online: 'boolean', avatar: 'string' } as const;
export const errorShape = { error: 'string' } as const;
export const messageShape = {
  id: 'int',
  senderId: 'int',
  receiverId: 'int',
  content: 'string',
  timestamp: 'string',
  status: 'string',
  type: 'string',
} as const;

/** @throws with `says` unless `condition` holds. */
export function must(condition: boolean, says: string): asserts condition {
  if (!condition) throw new Error(says);
}

/** @throws unless `actual` is `expected`, both as JSON. */
export function mustEqual(actual: unknown, expected: unknown, what: string): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  must(is === should, `${what} is ${cut(is)}, not ${cut(should)}`);
}

const cut = (text: string | undefined) => String(text).slice(0, 200);

/** The fields of an object of this shape. @throws where a field is missing or of another type. */
export function mustHave(value: unknown, shape: Readonly<Record<string, FieldType>>, what: string): Fields {
  must(
    typeof value === 'object' && value !== null && !Array.isArray(value),
    `${what} is no object: ${cut(JSON.stringify(value))}`,
  );
  const fields = value as Fields;
  for (const [field, type] of Object.entries(shape)) {
    must(hasType(fields[field], type), `${what}: ${field} is no ${type}: ${cut(JSON.stringify(fields[field]))}`);
  }
  return fields;
}

function hasType(value: unknown, type: FieldType): boolean {
  return type === 'int'
    ? Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 2 ** 31 - 1
    : typeof value === type;
}

/** `{}` as documented. */
export function mustBeEmpty({ type, payload }: WireFrame): void {
  mustEqual(payload, {}, `the payload of ${type}`);
}

/** A failure: an error in words, and nothing that belongs to a success. */
export function mustFail({ type, payload }: WireFrame): void {
  const fields = mustHave(payload, errorShape, type);
  must(fields['error'] !== '', `${type}: the error has no words`);
  for (const field of ['userId', 'token', 'contactId']) must(!(field in fields), `${type}: a failure has ${field}`);
}

/** A success: the documented fields and no error. */
export function mustSucceed({ type, payload }: WireFrame, shape: Readonly<Record<string, FieldType>>): Fields {
  const fields = mustHave(payload, shape, type);
  must(!('error' in fields), `${type}: a success has an error`);
  return fields;
}
