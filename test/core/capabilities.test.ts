import { describe, expect, it } from 'vitest'
import { type Capability, requireCapabilities } from '../../src/core/capabilities.js'
import { capabilitiesWithout } from './capabilities-without.js'

const without = (scheme: string, ...lacking: readonly Capability[]) => ({
  scheme,
  capabilities: capabilitiesWithout(...lacking)
})
const able = (scheme: string) => without(scheme)

describe('what a flag asks for', () => {
  it('is granted where the protocol can do it, and where nothing is asked', () => {
    expect(() => requireCapabilities([able('drum')], [['--key', 'key']])).not.toThrow()
    expect(() => requireCapabilities([without('drum', 'key')], [])).not.toThrow()
    expect(() => requireCapabilities([without('drum', 'key')], [['--group', 'groups']])).not.toThrow()
  })

  it('is refused before anything is opened, with why and what to do instead', () => {
    expect(() => requireCapabilities([without('drum', 'key')], [['--key', 'key']])).toThrow(
      expect.objectContaining({
        kind: 'usage',
        code: 'not-supported',
        message: 'cannot use "--key" with drum://: there is no key here',
        suggestion: 'do without key',
        details: { capability: 'key', scheme: 'drum' }
      })
    )
  })

  it('is refused by the name of the local broker, which has no URL that people know', () => {
    expect(() => requireCapabilities([without('local', 'tls')], [['--ca', 'tls']])).toThrow(
      'cannot use "--ca" with the local broker: there is no tls here'
    )
  })

  it('is refused for the first wish that cannot be met', () => {
    const rows = [without('drum', 'groups', 'expiry')]
    expect(() =>
      requireCapabilities(rows, [
        ['--key', 'key'],
        ['--expiry', 'expiry'],
        ['--group', 'groups']
      ])
    ).toThrow('"--expiry"')
  })

  it('is granted where one of several schemes can do it, whichever that is', () => {
    const wishes = [['--ca', 'tls']] as const
    const [plain, secure] = [without('drum', 'tls'), able('drums')]
    expect(() => requireCapabilities([plain, secure], wishes)).not.toThrow()
    expect(() => requireCapabilities([secure, plain], wishes)).not.toThrow()
    expect(() => requireCapabilities([plain, plain, secure], wishes)).not.toThrow()
  })

  it('may be met by another scheme for each wish', () => {
    const rows = [without('drum', 'tls'), without('ws', 'proxy')]
    expect(() =>
      requireCapabilities(rows, [
        ['--ca', 'tls'],
        ['--proxy', 'proxy']
      ])
    ).not.toThrow()
  })

  it('is refused in the words of the first scheme where none can do it', () => {
    const rows = [without('drum', 'tls'), without('ws', 'tls')]
    expect(() => requireCapabilities(rows, [['--ca', 'tls']])).toThrow(
      expect.objectContaining({
        message: 'cannot use "--ca" with drum://: there is no tls here',
        details: { capability: 'tls', scheme: 'drum' }
      })
    )
  })
})
