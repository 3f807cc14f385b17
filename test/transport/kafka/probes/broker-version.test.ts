import { expect, it } from 'vitest'
import { brokerVersion } from '../../../../src/transport/kafka/probes/broker-version.js'

const FETCH = 1
const featuresOf = (fetch: number, level?: number) => ({
  error: 0,
  apis: [{ key: FETCH, min: 4, max: fetch }],
  supported: new Map(level === undefined ? [] : [['metadata.version', level] as const]),
  finalized: new Map()
})

it('knows a release by its feature metadata.version, and of a newer one that it is newer', () => {
  expect(brokerVersion(featuresOf(17, 21))).toEqual({ release: '3.9', orLater: false })
  expect(brokerVersion(featuresOf(18, 33))).toEqual({ release: '4.4', orLater: false })
  expect(brokerVersion(featuresOf(18, 34))).toEqual({ release: '4.4', orLater: true })
})

it('knows of a broker without that feature only how old it is at most', () => {
  expect(brokerVersion(featuresOf(11))).toEqual({ release: '2.3', orLater: true })
  expect(brokerVersion(featuresOf(13))).toEqual({ release: '3.1', orLater: true })
  expect(brokerVersion(featuresOf(9))).toBeUndefined()
})
