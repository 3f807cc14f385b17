import { expect, it } from 'vitest'
import { atBroker } from '../../src/ui/at-broker.js'

it.each([
  ['a profile', 'mqtts://b:8883', { profile: 'prod' }, ' at prod (mqtts://b:8883)'],
  ['the environment', 'mqtts://b:8883', { profile: undefined }, ' at mqtts://b:8883'],
  ['the command line, or nobody', 'mqtts://b:8883', undefined, ''],
  ['a profile whose broker was not reached', undefined, { profile: 'prod' }, '']
])('the broker that is named by %s', (_what, url, named, text) => {
  expect(atBroker(url, named)).toBe(text)
})
