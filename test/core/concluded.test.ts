import { expect, it } from 'vitest'
import { interruptedBy } from '../../src/core/concluded.js'

it('a command that was stopped knows by which signal', () => {
  const stop = new AbortController()
  expect(interruptedBy(stop.signal)).toBeUndefined()
  stop.abort('SIGTERM')
  expect(interruptedBy(stop.signal)).toBe('SIGTERM')
})
