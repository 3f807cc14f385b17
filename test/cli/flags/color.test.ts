import { describe, expect, it } from 'vitest'
import { type ColorWish, colourLevelFor } from '../../../src/cli/flags/color.js'

const level = (wish: ColorWish, colourLevel: 0 | 1 | 2 | 3, env: Record<string, string> = {}) =>
  colourLevelFor(wish, { colourLevel }, { env })

describe('--color', () => {
  it('auto is what the terminal and the environment say, as without the flag', () => {
    for (const wish of ['auto', undefined] as const) {
      expect(level(wish, 0)).toBe(0)
      expect(level(wish, 2)).toBe(2)
    }
  })

  it('never is no colour, even where FORCE_COLOR asks for colours', () => {
    expect(level('never', 3, { FORCE_COLOR: '3' })).toBe(0)
  })

  it.each<[string, Record<string, string>, number]>([
    ['in a pipe', {}, 1],
    ['as many as the terminal shows', { TERM: 'xterm-256color' }, 2],
    ['as many as FORCE_COLOR says', { FORCE_COLOR: '3' }, 3],
    ['in spite of NO_COLOR', { NO_COLOR: '1', TERM: 'xterm-256color' }, 2],
    ['in spite of FORCE_COLOR=0', { FORCE_COLOR: '0' }, 1],
    ['on a dumb terminal', { TERM: 'dumb' }, 1]
  ])('always is colours, %s', (_what, env, colours) => {
    expect(level('always', 0, env)).toBe(colours)
  })
})
