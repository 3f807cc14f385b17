import { describe, expect, it } from 'vitest'
import type { Subscription } from '../../../src/core/connection.js'
import { wishWarnings } from '../../../src/transport/mqtt/wish-warnings.js'
import { MEMORY_TRAITS } from '../../support/memory-connection.js'

const five = { ...MEMORY_TRAITS, mqtt: { ...MEMORY_TRAITS.mqtt, identifiersAvailable: true } }
const old = {
  ...MEMORY_TRAITS,
  protocol: 'MQTT 3.1.1',
  mqtt: { ...MEMORY_TRAITS.mqtt, version: '3.1.1' as const }
}
const wanted = (pattern: string, mqtt?: Subscription['mqtt']): Subscription => ({
  pattern,
  guarantee: 1,
  mqtt
})

describe('a wish that a broker meets only in part is told', () => {
  it('if own messages cannot be left out', () => {
    const noLocal = [wanted('a', { noLocal: true })]
    expect(wishWarnings(noLocal, old)).toEqual([expect.stringContaining('--no-local has no effect')])
    expect(wishWarnings(noLocal, five)).toEqual([])
  })

  it('if messages may come twice, because patterns overlap and the broker does not say which one it means', () => {
    const overlapping = [wanted('a/#'), wanted('b'), wanted('a/+')]
    expect(wishWarnings(overlapping, old)).toEqual([
      expect.stringMatching(/^"a\/#" and "a\/\+" overlap: over MQTT 3\.1\.1 /)
    ])
    expect(wishWarnings(overlapping, five)).toEqual([])
    expect(wishWarnings([wanted('a'), wanted('b')], old)).toEqual([])
  })
})
