import { describe, expect, it } from 'vitest'
import { flagsGiven, type KnownFlag } from '../../src/cli/given-flags.js'

const FLAGS: Readonly<Record<string, KnownFlag>> = {
  json: { char: 'j', type: 'boolean' },
  lines: { char: 'l', type: 'boolean' },
  broker: { char: 'b', type: 'option' },
  quiet: { type: 'boolean' }
}

describe('the flags of a command line', () => {
  it.each<[string[], string[]]>([
    [['a', '--json', 'b'], ['json']],
    [['-j'], ['json']],
    [['-lj'], ['lines', 'json']],
    [['-bj'], ['broker']],
    [['-b=x', '--broker=--json'], ['broker']],
    [
      ['-jb', 'x'],
      ['json', 'broker']
    ],
    [['-lxj'], ['lines']],
    [['--quiet', '--', '--json', '-j'], ['quiet']],
    [['-'], []]
  ])('%j are %j', (argv, given) => {
    expect([...flagsGiven(argv, FLAGS)]).toEqual(given)
  })
})
