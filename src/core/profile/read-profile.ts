import type { Guarantee } from '../message.js'
import { PROFILE_COLORS, type ProfileSecret, type ProfileSettings } from './profile.js'
import { ProfileTable } from './profile-table.js'

/** How long a password command may take, in milliseconds: a person may have to unlock a store. */
const PASSWORD_TIMEOUT = 60_000

/** Makes an absolute path of what stands in a profile. */
export type ResolvePath = (path: string) => string

/**
 * Reads and checks what a profile says.
 * @param path where the table is in its file, for errors
 * @throws ProfileProblem for an unknown key, a value of another kind, keys that exclude each other, and for no broker
 */
export function readProfile(
  values: Readonly<Record<string, unknown>>,
  path: readonly string[],
  resolve: ResolvePath
): ProfileSettings {
  const table = new ProfileTable(values, path)
  const file = (key: string) => {
    const text = table.text(key)
    return text === undefined ? undefined : resolve(text)
  }
  const broker = table.texts('broker')
  const settings = {
    username: table.text('username'),
    secret: secretOf(table, file),
    clientId: table.text('clientId'),
    keepalive: table.duration('keepalive'),
    connectTimeout: table.duration('connectTimeout'),
    wait: table.duration('wait'),
    ca: file('ca'),
    cert: file('cert'),
    key: file('key'),
    keyPasswordFile: file('keyPasswordFile'),
    insecure: table.yesOrNo('insecure'),
    servername: table.text('servername'),
    alpn: table.texts('alpn'),
    proxy: table.text('proxy'),
    wsHeader: headersOf(table),
    protocol: table.choice('protocol', ['auto', '5', '3.1.1']),
    willChannel: table.text('willChannel'),
    willPayload: table.anyText('willPayload'),
    willQos: guaranteeOf(table, 'willQos'),
    willRetain: table.yesOrNo('willRetain'),
    contract: file('contract'),
    protect: table.yesOrNo('protect'),
    color: table.choice('color', PROFILE_COLORS)
  }
  table.refuseOthers()
  if (broker === undefined) throw table.problem('broker', 'it is missing: a profile names its broker')
  for (const [one, other] of [
    ['cert', 'key'],
    ['key', 'cert']
  ] as const)
    if (settings[one] !== undefined && settings[other] === undefined)
      throw table.problem(one, `"${other}" is missing: the two go together`)
  return { broker, ...settings }
}

function secretOf(table: ProfileTable, file: (key: string) => string | undefined): ProfileSecret | undefined {
  const text = table.anyText('password')
  const from = file('passwordFile')
  const command = table.words('passwordCommand')
  const timeout = table.duration('passwordTimeout')
  const places = [
    ...(text === undefined ? [] : ['password']),
    ...(from === undefined ? [] : ['passwordFile']),
    ...(command === undefined ? [] : ['passwordCommand'])
  ]
  const [first = '', second] = places
  if (second !== undefined) throw table.problem(second, `"${first}" is there, too: one password is enough`)
  if (timeout !== undefined && command === undefined)
    throw table.problem('passwordTimeout', 'there is no "passwordCommand" that it could be for')
  if (timeout === 0) throw table.problem('passwordTimeout', 'it must be longer than 0')
  if (text !== undefined) return { kind: 'text', text }
  if (from !== undefined) return { kind: 'file', file: from }
  return command && { kind: 'command', command, timeout: timeout ?? PASSWORD_TIMEOUT }
}

function headersOf(table: ProfileTable): readonly string[] | undefined {
  const headers = table.texts('wsHeader')
  if (headers?.every((header) => /^[^=]+=/.test(header)) === false)
    throw table.problem('wsHeader', 'it must be NAME=VALUE')
  return headers
}

function guaranteeOf(table: ProfileTable, key: string): Guarantee | undefined {
  const choice = table.choice(key, ['0', '1', '2'])
  return choice === undefined ? undefined : choice === '0' ? 0 : choice === '1' ? 1 : 2
}
