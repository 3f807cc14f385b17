import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { isOlder, VERSION } from '../../src/core/version.js'

it('is the one of the package', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  expect(VERSION).toBe(version)
})

it('is newer than those below it, and than one that is not told', () => {
  const [major = 0, minor = 0, patch = 0] = VERSION.split('.').map(Number)
  expect([undefined, '0.1.0', '0.1.99', '0.0.3', '0.2.0-beta.1', VERSION].map(isOlder)).toEqual([
    true,
    true,
    true,
    true,
    minor !== 2 || patch !== 0 || major !== 0,
    false
  ])
  expect(
    [`${major}.${minor}.${patch + 1}`, `${major}.${minor + 1}.0`, `${major + 1}.0.0`].map(isOlder)
  ).toEqual([false, false, false])
})
