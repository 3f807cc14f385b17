import { describe, expect, it } from 'vitest'
import { type KnownSwitch, refuseSwitchValues } from '../../src/cli/switch-values.js'

const FLAGS: Readonly<Record<string, KnownSwitch>> = {
  retain: { char: 'r', type: 'boolean' },
  newline: { type: 'boolean', allowNo: true },
  header: { char: 'H', type: 'option' },
  qos: { char: 'q', type: 'option' }
}

describe('a switch with a value', () => {
  it.each([
    [['a', '--retain=true'], '--retain'],
    [['a', '--retain='], '--retain'],
    [['a', '--retain=false', 'on'], 'leave out --retain'],
    [['--newline=false'], '--no-newline'],
    [['--no-newline=true'], '--no-newline'],
    [['-q', '1', '--retain=no'], 'leave out --retain']
  ])('is refused, with what to write instead: %j', (argv, suggestion) => {
    expect(() => refuseSwitchValues(argv, FLAGS)).toThrow(
      expect.objectContaining({ kind: 'usage', code: 'switch-with-value', suggestion })
    )
  })

  it.each([
    [['a', '--', '--retain=true']],
    [['a', '--header', '--retain=true']],
    [['a', '-H', '--retain=true']],
    [['a', '--qos=1', '--header=--retain=true', '--retain', 'true']],
    [['a', '--no-newline', '--other=1', 'retain=true']]
  ])('is not what looks like one: %j', (argv) => {
    expect(() => refuseSwitchValues(argv, FLAGS)).not.toThrow()
  })
})
