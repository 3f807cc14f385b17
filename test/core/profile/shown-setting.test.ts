import { expect, it } from 'vitest'
import { shownHeader, shownSecret, shownUrl } from '../../../src/core/profile/shown-setting.js'

it.each([
  ['mqtt://ada:s3cret@h', 'mqtt://ada:***@h'],
  ['ada:s3cret@h:1883', 'ada:***@h:1883'],
  ['mqtt://ada:s3@cret@h', 'mqtt://ada:***@h'],
  ['mqtt://ada@h', 'mqtt://ada@h'],
  ['local', 'local']
])('of %j a password is not shown', (url, shown) => {
  expect(shownUrl(url)).toBe(shown)
})

it('a header is shown without its value, and a command without its arguments', () => {
  expect(shownHeader('Authorization=Bearer s3cret\n=x')).toBe('Authorization=***')
  expect(shownSecret({ kind: 'command', command: ['echo', 's3cret'], timeout: 1 })).toBe(
    'from the command "echo"'
  )
  expect(shownSecret({ kind: 'text', text: 's3cret' })).toBe('***')
})
