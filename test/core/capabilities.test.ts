import { describe, expect, it } from 'vitest'
import { type Capability, requireCapabilities } from '../../src/core/capabilities.js'
import { capabilitiesWithout } from './capabilities-without.js'

const without = (scheme: string, ...lacking: readonly Capability[]) => ({
  scheme,
  capabilities: capabilitiesWithout(...lacking)
})
const able = (scheme: string) => without(scheme)

describe('what a flag asks for', () => {
  it('is granted if the protocol can do it, or if nothing is asked for', () => {
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

  it('is refused with the name of the local broker, whose URL people do not know', () => {
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

  it('is granted if any of several schemes can do it', () => {
    const wishes = [['--ca', 'tls']] as const
    const [plain, secure] = [without('drum', 'tls'), able('drums')]
    expect(() => requireCapabilities([plain, secure], wishes)).not.toThrow()
    expect(() => requireCapabilities([secure, plain], wishes)).not.toThrow()
    expect(() => requireCapabilities([plain, plain, secure], wishes)).not.toThrow()
  })

  it('is granted if a different scheme can do each wish', () => {
    const rows = [without('drum', 'tls'), without('ws', 'proxy')]
    expect(() =>
      requireCapabilities(rows, [
        ['--ca', 'tls'],
        ['--proxy', 'proxy']
      ])
    ).not.toThrow()
  })

  it('is refused with the reason of the first scheme if no scheme can do it', () => {
    const rows = [without('drum', 'tls'), without('ws', 'tls')]
    expect(() => requireCapabilities(rows, [['--ca', 'tls']])).toThrow(
      expect.objectContaining({
        message: 'cannot use "--ca" with drum://: there is no tls here',
        details: { capability: 'tls', scheme: 'drum' }
      })
    )
  })
})
