import { expect, test } from 'vitest';
import { contentSecurityPolicy, devContentSecurityPolicy } from './content-security-policy.ts';

const directives = new Map(
  contentSecurityPolicy.split('; ').map((directive) => {
    const [name = '', ...values] = directive.split(' ');
    return [name, values];
  }),
);

test('nothing that is not named is loaded, and nothing inline runs', () => {
  expect(directives.get('default-src')).toEqual(["'none'"]);
  expect(directives.get('script-src')).toEqual(["'self'"]);
  expect(directives.get('style-src')).toEqual(["'self'"]);
  expect(contentSecurityPolicy).not.toMatch(/unsafe|\*|https?:|data:/);
});

test('the page and its picture worker speak to the bundle and to the pictures that main serves', () => {
  expect(directives.get('worker-src')).toEqual(["'self'"]);
  expect(directives.get('connect-src')).toEqual(["'self'", 'app-media:']);
  expect(directives.get('img-src')).toEqual(["'self'", 'app-media:', 'blob:']);
});

test('addresses of scripts pass through one policy, and no other can be made', () => {
  expect(directives.get('require-trusted-types-for')).toEqual(["'script'"]);
  expect(directives.get('trusted-types')).toEqual(['picture-worker']);
});

test('while the page is written, it may speak to its own server besides', () => {
  expect(devContentSecurityPolicy('http://127.0.0.1:5173')).toContain(
    "connect-src 'self' app-media: ws://127.0.0.1:5173;",
  );
});
