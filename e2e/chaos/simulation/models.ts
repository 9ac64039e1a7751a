import type { Random } from '../../../src-shared/protocol/random.ts';

export const fileForms = ['descriptor', 'path', 'data-url', 'slices', 'name'] as const;

/** What `protocol.md` leaves open, decided one way or another: any of these servers conforms (safety §4.1). */
export type ServerModel = {
  readonly name: string;
  /** Under whose id a message of mine is handed back. */
  readonly ids: 'kept' | 'own';
  /** Whose id an ack names (safety A3). */
  readonly acks: 'sender-id' | 'own-id';
  /** A message that comes again under the same id is stored once. */
  readonly isIdempotent: boolean;
  readonly order: 'oldest-first' | 'newest-first';
  readonly time: 'iso' | 'local' | 'epoch';
  /** The longest that one frame takes. */
  readonly slownessMs: number;
  readonly acksTwice: boolean;
  /** It goes away after storing and before acking once in so many messages; 0: never. */
  readonly cutsOneIn: number;
  /** What comes for me is pushed, or only in the history (safety A24). */
  readonly pushes: boolean;
  /** What another device of mine writes is pushed to this one (safety A25). */
  readonly pushesOwn: boolean;
  /** What came while I was away is pushed again at every log-in. */
  readonly pushesAtLogIn: boolean;
  /** In which form a file is handed back (protocol reading, "Files and images"). */
  readonly files: (typeof fileForms)[number];
  /** There was no word between us before: nothing to anchor an absence to. */
  readonly startsEmpty: boolean;
};

const plain: ServerModel = {
  name: '',
  ids: 'kept',
  acks: 'sender-id',
  isIdempotent: true,
  order: 'oldest-first',
  time: 'iso',
  slownessMs: 5,
  acksTwice: false,
  cutsOneIn: 0,
  pushes: true,
  pushesOwn: true,
  pushesAtLogIn: false,
  files: 'descriptor',
  startsEmpty: false,
};

/** Five makes of server. A is like ours, E is everything at once that a server may be. */
export const serverModels: readonly ServerModel[] = [
  { ...plain, name: 'A' },
  { ...plain, name: 'B', isIdempotent: false },
  { ...plain, name: 'C', ids: 'own', isIdempotent: false },
  { ...plain, name: 'D', ids: 'own', acks: 'own-id', isIdempotent: false },
  {
    ...plain,
    name: 'E',
    ids: 'own',
    isIdempotent: false,
    order: 'newest-first',
    time: 'local',
    slownessMs: 120,
    acksTwice: true,
    cutsOneIn: 25,
    pushes: false,
    pushesOwn: false,
  },
];

/** The model with some of its lesser habits changed, so that no combination is left out for long. */
export function varied(model: ServerModel, random: Random): ServerModel {
  if (random.oneIn(2)) return model;
  return {
    ...model,
    time: random.pick(['iso', 'local', 'epoch']),
    order: random.pick(['oldest-first', 'newest-first']),
    slownessMs: random.pick([1, 20, 200]),
    acksTwice: random.oneIn(2),
    cutsOneIn: random.pick([0, 15]),
    pushes: random.oneIn(2),
    pushesOwn: random.oneIn(2),
    pushesAtLogIn: random.oneIn(2),
    startsEmpty: random.oneIn(2),
  };
}
