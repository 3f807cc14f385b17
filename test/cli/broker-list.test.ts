import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { splitBrokers } from '../../src/cli/broker-list.js'

describe('a comma divides brokers', () => {
  test.each([
    ['behind a bare host', 'a,b', ['a', 'b']],
    ['behind a port', 'a:1883,b:1884,c', ['a:1883', 'b:1884', 'c']],
    ['before a scheme', 'mqtt://a,mqtts://b:8883', ['mqtt://a', 'mqtts://b:8883']],
    ['before a scheme, however it is written', 'MQTT://a,WSS://b', ['MQTT://a', 'WSS://b']],
    [
      'before a scheme with a plus',
      'mqtt://a,mqtt+unix:///run/b.sock',
      ['mqtt://a', 'mqtt+unix:///run/b.sock']
    ],
    ['between a bare host and a URL', 'a,b:1884,mqtt://c', ['a', 'b:1884', 'mqtt://c']],
    ['behind the local broker', 'local,mqtt://a', ['local', 'mqtt://a']],
    ['behind a path and a query', 'ws://a/x?y=1,wss://b/z', ['ws://a/x?y=1', 'wss://b/z']],
    ['behind IPv6', '[::1],[fe80::1]:1884,c', ['[::1]', '[fe80::1]:1884', 'c']],
    ['behind IPv6 in a URL', 'mqtt://[::1]:1883,mqtt://[fe80::1]', ['mqtt://[::1]:1883', 'mqtt://[fe80::1]']],
    [
      'with white space around it',
      ' a , b:1884\t,\n mqtt://c , mqtt://d ',
      ['a', 'b:1884', 'mqtt://c', 'mqtt://d']
    ]
  ])('%s', (_, text, brokers) => {
    expect(splitBrokers(text)).toEqual(brokers)
  })
})

describe('a comma divides nothing', () => {
  test.each([
    ['within a URL: it is left to the protocol', 'kafka://a,b:9093,c/x'],
    ['within a path', 'mqtt+unix:///run/a,b.sock'],
    ['within a query', 'ws://a/mqtt?x=1,2'],
    ['within a password', 'mqtt://me:p,q@a'],
    ['within a password that looks like a host behind a comma', 'mqtt://me:p,b:1884@a'],
    ['within a password that looks like a URL behind a comma', 'mqtt://me:p,mqtt://q@a'],
    ['within a user name', 'mqtt://me,you:p@a'],
    ['within the password of a bare host', 'me:p,q@a'],
    ['within the user name of a bare host', 'me,you@a:1884']
  ])('%s', (_, text) => {
    expect(splitBrokers(text)).toEqual([text])
  })

  test.each([
    ['mqtt://me:p,q@a,mqtts://you:r,s@b', ['mqtt://me:p,q@a', 'mqtts://you:r,s@b']],
    ['me:p,q@a,b:1884,mqtt://you:r,s@c', ['me:p,q@a', 'b:1884', 'mqtt://you:r,s@c']],
    ['a:1883,mqtt://me:p,q@b', ['a:1883', 'mqtt://me:p,q@b']]
  ])('within the passwords of %s', (text, brokers) => {
    expect(splitBrokers(text)).toEqual(brokers)
  })
})

test('one broker is one, and an empty place stays, so that it is refused', () => {
  expect(splitBrokers('local')).toEqual(['local'])
  expect(splitBrokers('')).toEqual([''])
  expect(splitBrokers('a,,b,')).toEqual(['a', '', 'b', ''])
})

/** What needs no percent-encoding in a user name or a password. */
const word = fc.string({ unit: fc.constantFrom(...'ab1.-_~!$&*+=;'), minLength: 1, maxLength: 6 })
const port = fc.option(
  fc.integer({ min: 1, max: 65_535 }).map((number) => `:${number}`),
  { nil: '' }
)
const host = fc.oneof(
  fc.constantFrom('a', 'broker-1.example', '10.0.0.7', 'localhost', '[::1]', '[fe80::1%25eth0]'),
  fc.ipV6().map((address) => `[${address}]`)
)
const hostAndPort = fc.tuple(host, port).map((parts) => parts.join(''))
const credentials = (secret: fc.Arbitrary<string>) =>
  fc.oneof(
    fc.constant(''),
    secret.map((user) => `${user}@`),
    fc.tuple(secret, secret).map(([user, password]) => `${user}:${password}@`)
  )
const url = (secret: fc.Arbitrary<string>) =>
  fc
    .tuple(
      fc.constantFrom('mqtt', 'mqtts', 'ws', 'wss', 'WSS', 'mqtt+unix', 'kafka'),
      credentials(secret),
      hostAndPort,
      fc.constantFrom('', '/', '/mqtt', '/a:b', '/mqtt?token=a:b&x=1', '?x=user@host')
    )
    .map(([scheme, who, where, path]) => `${scheme}://${who}${where}${path}`)

/** Bare hosts, of which the first may have a user name and a password, and behind them URLs: what stands behind a URL belongs to it. */
const lists = (secret: fc.Arbitrary<string>) =>
  fc
    .tuple(
      credentials(secret),
      fc.array(hostAndPort, { maxLength: 3 }),
      fc.array(url(secret), { maxLength: 3 })
    )
    .map(([who, [first, ...others], urls]) =>
      first === undefined ? urls : [`${who}${first}`, ...others, ...urls]
    )
    .filter((brokers) => brokers.length > 0)

describe('brokers that are joined with commas are the same when they are divided', () => {
  test('where none of them holds a comma', () => {
    fc.assert(
      fc.property(lists(word), fc.constantFrom(',', ', ', ' ,'), (brokers, comma) => {
        expect(splitBrokers(brokers.join(comma))).toEqual(brokers)
      })
    )
  })

  test('where their user names and passwords hold commas: no password is ever part of two', () => {
    const secret = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(','))
    fc.assert(
      fc.property(lists(secret), (brokers) => {
        expect(splitBrokers(brokers.join(','))).toEqual(brokers)
      })
    )
  })
})
