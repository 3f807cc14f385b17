import { TidingsError } from '../core/errors.js'
import type { KnownFlag } from './given-flags.js'

/** What is known of a flag that may be a switch. */
export interface KnownSwitch extends KnownFlag {
  /** `--no-NAME` switches it off. */
  readonly allowNo?: boolean | undefined
}

/**
 * Refuses a value for a switch, such as `--retain=false`. oclif would switch it on, and take the value for an argument: for the payload, or
 * for one more channel.
 * @throws TidingsError of kind usage
 */
export function refuseSwitchValues(
  argv: readonly string[],
  flags: Readonly<Record<string, KnownSwitch>>
): void {
  let isValue = false
  for (const word of argv) {
    if (isValue) {
      isValue = false
      continue
    }
    if (word === '--') return
    const [, name = '', value] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? []
    const flag = flags[name] ?? Object.values(flags).find(({ char }) => word === `-${char}`)
    isValue = flag?.type === 'option' && value === undefined
    const isOff = name.startsWith('no-') && flags[name.slice(3)]?.allowNo === true
    if (value !== undefined && (flag?.type === 'boolean' || isOff)) throw refusal(name, value, flag?.allowNo)
  }
}

function refusal(name: string, value: string, allowNo: boolean | undefined): TidingsError {
  const isMeantOff = /^(0|false|no|n|off)$/i.test(value)
  const off = allowNo ? `--no-${name}` : `leave out --${name}`
  return new TidingsError('usage', `cannot use "--${name}" with a value: it is a switch`, {
    code: 'switch-with-value',
    suggestion: isMeantOff ? off : `--${name}`
  })
}
