import { ask, contactsOf, newText, type Check } from './kit.ts';
import { loggedInShape, must, mustBeEmpty, mustEqual, mustFail, mustSucceed, profileShape } from './shapes.ts';

const loginReplies = ['LOGIN_SUCCESS', 'LOGIN_FAILURE'] as const;

/** Logging in, registering, the profile. */
export const accountChecks: readonly Check[] = [
  {
    name: 'REGISTER answers REGISTER_SUCCESS with the account and a token',
    async run({ connect }) {
      const client = await connect();
      const username = newText('reg').replace(' ', '-');
      const request = { username, password: 'a long password', email: `${username}@example.org` };
      const account = mustSucceed(await ask(client, 'REGISTER', request, 'REGISTER_SUCCESS'), loggedInShape);
      must(Number(account['userId']) >= 1, 'the userId is not positive');
      must(account['token'] !== '', 'the token is empty');
      mustEqual([account['username'], account['email']], [request.username, request.email], 'the account');
    },
  },
  {
    name: 'REGISTER answers REGISTER_SUCCESS with an error where the name is taken',
    async run({ connect, person }) {
      const { name, email } = await person('ann');
      const client = await connect();
      const request = { username: name, password: 'another password', email };
      mustFail(await ask(client, 'REGISTER', request, 'REGISTER_SUCCESS'));
    },
  },
  {
    name: 'REGISTER logs the connection in',
    async run({ person }) {
      await contactsOf(await person('ann'));
    },
  },
  {
    name: 'LOGIN answers LOGIN_SUCCESS with the account and a token',
    async run({ connect, person }) {
      const { id, name, password, email } = await person('ann');
      const client = await connect();
      const reply = await ask(client, 'LOGIN', { username: name, password }, ...loginReplies);
      const account = mustSucceed(reply, loggedInShape);
      mustEqual(reply.type, 'LOGIN_SUCCESS', 'the reply');
      mustEqual([account['userId'], account['username'], account['email']], [id, name, email], 'the account');
      must(account['token'] !== '', 'the token is empty');
    },
  },
  {
    name: 'LOGIN answers LOGIN_FAILURE with an error for a wrong password',
    async run({ connect, person }) {
      const { name } = await person('ann');
      const client = await connect();
      const reply = await ask(client, 'LOGIN', { username: name, password: 'not this one' }, ...loginReplies);
      mustEqual(reply.type, 'LOGIN_FAILURE', 'the reply');
      mustFail(reply);
    },
  },
  {
    name: 'LOGIN answers LOGIN_FAILURE with an error for a name that nobody has',
    async run({ connect }) {
      const client = await connect();
      const reply = await ask(client, 'LOGIN', { username: newText('nobody'), password: 'any' }, ...loginReplies);
      mustEqual(reply.type, 'LOGIN_FAILURE', 'the reply');
      mustFail(reply);
    },
  },
  {
    name: 'a connection whose LOGIN failed can still log in',
    async run({ connect, person }) {
      const { id, name, password } = await person('bob');
      const client = await connect();
      await ask(client, 'LOGIN', { username: name, password: 'not this one' }, 'LOGIN_FAILURE');
      const account = mustSucceed(
        await ask(client, 'LOGIN', { username: name, password }, ...loginReplies),
        loggedInShape,
      );
      mustEqual(account['userId'], id, 'the userId');
    },
  },
  {
    name: 'LOGIN_BY_TOKEN answers LOGIN_SUCCESS for the token of a registration and of a login',
    async run({ connect, person }) {
      const { id, name, password, token } = await person('ann');
      const other = await ask(await connect(), 'LOGIN', { username: name, password }, 'LOGIN_SUCCESS');
      for (const known of [token, mustSucceed(other, loggedInShape)['token']]) {
        const reply = await ask(await connect(), 'LOGIN_BY_TOKEN', { token: known }, ...loginReplies);
        mustEqual(mustSucceed(reply, loggedInShape)['userId'], id, 'the userId');
      }
    },
  },
  {
    name: 'LOGIN_BY_TOKEN answers LOGIN_FAILURE with an error for a token that nobody has',
    async run({ connect }) {
      const reply = await ask(
        await connect(),
        'LOGIN_BY_TOKEN',
        { token: newText().replace(' ', '-') },
        ...loginReplies,
      );
      mustEqual(reply.type, 'LOGIN_FAILURE', 'the reply');
      mustFail(reply);
    },
  },
  {
    name: 'LOGOUT answers LOGOUT_SUCCESS with an empty payload',
    async run({ connect, person }) {
      const { id, name, password } = await person('ann');
      const client = await connect();
      await ask(client, 'LOGIN', { username: name, password }, 'LOGIN_SUCCESS');
      mustBeEmpty(await ask(client, 'LOGOUT', { userId: id }, 'LOGOUT_SUCCESS'));
    },
  },
  {
    name: 'UPDATE_PROFILE answers PROFILE_UPDATED_SUCCESS with the profile, and the next LOGIN shows it',
    async run({ connect, newPerson }) {
      const { id, name, password, email, client } = await newPerson();
      const changed = { userId: id, username: `${name}-2`, email: `2-${email}`, avatar: 'data:image/png;base64,QUJD' };
      const reply = await ask(client, 'UPDATE_PROFILE', { ...changed, password }, 'PROFILE_UPDATED_SUCCESS');
      const profile = mustSucceed(reply, profileShape);
      for (const [field, value] of Object.entries(changed)) mustEqual(profile[field], value, field);

      const login = await ask(await connect(), 'LOGIN', { username: changed.username, password }, ...loginReplies);
      const account = mustSucceed(login, loggedInShape);
      for (const [field, value] of Object.entries(changed)) mustEqual(account[field], value, `${field} after LOGIN`);
    },
  },
  {
    name: 'UPDATE_PROFILE with another password makes it the password',
    async run({ connect, newPerson }) {
      const { id, name, password, email, client } = await newPerson();
      const request = { userId: id, username: name, password: `${password}-2`, email, avatar: '' };
      mustSucceed(await ask(client, 'UPDATE_PROFILE', request, 'PROFILE_UPDATED_SUCCESS'), profileShape);
      const old = await ask(await connect(), 'LOGIN', { username: name, password }, ...loginReplies);
      mustEqual(old.type, 'LOGIN_FAILURE', 'the reply to the old password');
      const now = await ask(await connect(), 'LOGIN', { username: name, password: `${password}-2` }, ...loginReplies);
      mustEqual(mustSucceed(now, loggedInShape)['userId'], id, 'the userId');
    },
  },
  {
    name: 'UPDATE_PROFILE answers PROFILE_UPDATED_SUCCESS with an error where the name is taken',
    async run({ person }) {
      const [ann, bob] = [await person('ann'), await person('bob')];
      const request = { userId: ann.id, username: bob.name, password: ann.password, email: ann.email, avatar: '' };
      mustFail(await ask(ann.client, 'UPDATE_PROFILE', request, 'PROFILE_UPDATED_SUCCESS'));
    },
  },
];
