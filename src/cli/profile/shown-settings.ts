import { camelCase } from '../../core/profile/profile-table.js'
import { shownHeader, shownSecret, shownUrl } from '../../core/profile/shown-setting.js'
import { type Given, originOf } from '../../core/value-origin.js'
import type { ShownSetting } from '../../ui/profile-report.js'
import { splitBrokers } from '../broker-list.js'
import type { ConnectionFlags } from '../connection-options.js'
import { connectionFlags } from '../flags/connection.js'
import { keysOf, variableOfFlag } from '../profile-flags.js'
import { durationText } from './profile-entries.js'
import type { UsedProfile } from './used-profile.js'

/** What is no secret in a broker's URL, and no more of it. */
const showBrokers = (text: string) => splitBrokers(text).map(shownUrl).join(',')
const SHOWN: Readonly<Record<string, (text: string) => string>> = {
  broker: showBrokers,
  proxy: shownUrl,
  'ws-header': shownHeader
}

/**
 * What a command with these flags would use, and where each value comes from. No secret is in it.
 * @param flags as parsed, with the values of the profile
 */
export function shownSettings(
  flags: ConnectionFlags,
  given: Given,
  used: UsedProfile | undefined
): readonly ShownSetting[] {
  const { profile: _, broker = 'local', ...others } = flags
  const settings = { broker, ...others }
  const order = Object.keys(connectionFlags)
  const { name, lines } = used?.profile ?? {}
  const from = (flag: string, keys: readonly string[]): string => {
    const counting = used && { keys: keysOf(used.profile.settings), isNamed: used.isNamed }
    const origin = originOf(flag, given, counting)
    if (origin === 'flag') return `--${flag}`
    if (origin === 'environment') return variableOfFlag(flag) ?? ''
    const line = keys.map((key) => lines?.get(key)).find((found) => found !== undefined)
    return origin === 'profile' ? `profile "${name}", line ${line}` : 'default'
  }
  const ordered = Object.entries(settings).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))
  const rows = ordered.flatMap(([flag, value]): ShownSetting[] => {
    if (value === undefined || value === false || flag.startsWith('password')) return []
    return [{ key: camelCase(flag), value: shownValue(flag, value), from: from(flag, [camelCase(flag)]) }]
  })
  const password = passwordRow(flags, given, used, from)
  return [...rows, ...(password === undefined ? [] : [password]), ...ownRows(used)]
}

function shownValue(flag: string, value: string | readonly string[] | number | boolean): string {
  if (typeof value === 'number') return flag === 'will-qos' ? String(value) : durationText(value)
  const show = SHOWN[flag] ?? ((text: string) => text)
  return typeof value === 'object' ? value.map(show).join(', ') : show(String(value))
}

function passwordRow(
  flags: ConnectionFlags,
  given: Given,
  used: UsedProfile | undefined,
  from: (flag: string, keys: readonly string[]) => string
): ShownSetting | undefined {
  const at = from('password', ['password', 'passwordFile', 'passwordCommand'])
  if (at === 'default') return undefined
  const file = flags['password-file']
  const secret = used?.profile.settings.secret
  const isFlag = given.flags.has('password') || given.flags.has('password-file')
  if (secret !== undefined && !isFlag) return { key: 'password', value: shownSecret(secret), from: at }
  const name = given.flags.has('password') || file === undefined ? 'password' : 'password-file'
  const value = name === 'password' || file === undefined ? '***' : shownSecret({ kind: 'file', file })
  const origin = isFlag ? `--${name}` : (variableOfFlag(name) ?? '')
  return { key: 'password', value, from: origin }
}

/** What no flag has. */
function ownRows(used: UsedProfile | undefined): ShownSetting[] {
  if (used === undefined) return []
  const { name, settings, lines } = used.profile
  const own = { contract: settings.contract, protect: settings.protect, color: settings.color }
  return Object.entries(own).flatMap(([key, value]) =>
    value === undefined
      ? []
      : [{ key, value: String(value), from: `profile "${name}", line ${lines.get(key)}` }]
  )
}
