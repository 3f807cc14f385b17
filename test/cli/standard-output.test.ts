import { describe, expect, it } from 'vitest'
import { colourLevelOf } from '../../src/cli/standard-output.js'

describe('colours', () => {
  const cases: [string, NodeJS.ProcessEnv, boolean, number][] = [
    ['none without a terminal', { TERM: 'xterm-256color' }, false, 0],
    ['sixteen on a plain terminal', { TERM: 'xterm' }, true, 1],
    ['256 where TERM says so', { TERM: 'xterm-256color' }, true, 2],
    ['all where COLORTERM says so', { TERM: 'xterm', COLORTERM: 'truecolor' }, true, 3],
    ['none for NO_COLOR, even on a terminal', { NO_COLOR: '1', FORCE_COLOR: '3' }, true, 0],
    ['an empty NO_COLOR says nothing', { NO_COLOR: '', TERM: 'xterm' }, true, 1],
    ['forced by FORCE_COLOR', { FORCE_COLOR: '2' }, false, 2],
    ['none for FORCE_COLOR=0', { FORCE_COLOR: '0', TERM: 'xterm' }, true, 0],
    ['none on a dumb terminal', { TERM: 'dumb' }, true, 0]
  ]
  it.each(cases)('%s', (_, env, isTerminal, level) => {
    expect(colourLevelOf(env, isTerminal)).toBe(level)
  })
})
