import { describe, expect, it } from 'vitest'
import { closestName } from '../../src/core/closest-name.js'

const NAMES = ['publish', 'subscribe', 'channels', 'record', 'replay', '--qos', '--session', '-q']

describe('the name that was probably meant', () => {
  it.each([
    ['publsih', 'publish'],
    ['subcribe', 'subscribe'],
    ['chanels', 'channels'],
    ['recordd', 'record'],
    ['--qso', '--qos'],
    ['--sesion', '--session']
  ])('by %s is %s', (typed, name) => {
    expect(closestName(typed, NAMES)).toBe(name)
  })

  it.each(['status', '--qxy', '-x', 'ab', ''])('is none for %j', (typed) => {
    expect(closestName(typed, NAMES)).toBeUndefined()
  })

  it('is none where there are no names', () => {
    expect(closestName('publish', [])).toBeUndefined()
  })
})
