import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { durationText, profileEntriesOf } from '../../../src/cli/profile/profile-entries.js'
import { parseDuration } from '../../../src/core/duration.js'

const given = (...names: string[]) => new Set(names)

describe('the entries of a profile', () => {
  it('are the flags on the command line alone', () => {
    const flags = {
      username: 'ada',
      keepalive: 30_000,
      wait: 250,
      'will-qos': 1,
      insecure: true,
      ca: 'ca.pem'
    }
    expect(profileEntriesOf('mqtt://a', flags, given('wait', 'will-qos', 'ca'))).toEqual({
      broker: 'mqtt://a',
      wait: '250ms',
      willQos: 1,
      ca: resolve('ca.pem')
    })
  })

  it('have several brokers as a list', () => {
    expect(profileEntriesOf('mqtt://a,mqtt://b', {}, given()).broker).toEqual(['mqtt://a', 'mqtt://b'])
  })

  it.each([
    ['pass show mqtt', ['pass', 'show', 'mqtt']],
    ['["pass", "my mqtt"]', ['pass', 'my mqtt']]
  ])('have the words of the password command %j', (text, words) => {
    const flags = { 'password-command': text }
    expect(profileEntriesOf('a', flags, given('password-command')).passwordCommand).toEqual(words)
  })

  it.each(["pass 'my mqtt'", 'pass | head -1', 'echo $X', ' ', '["pass"', '[]', '[1]'])(
    'do not have the password command %j',
    (text) => {
      expect(() => profileEntriesOf('a', { 'password-command': text }, given('password-command'))).toThrow(
        'cannot use "--password-command"'
      )
    }
  )
})

it.each([0, 250, 1000, 90_000, 1500])('%d ms can be read again', (milliseconds) => {
  expect(parseDuration(durationText(milliseconds))).toBe(milliseconds)
})
