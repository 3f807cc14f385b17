import type { ProfileSettings } from '../core/profile/profile.js'
import type { Given } from '../core/value-origin.js'
import type { ConnectionFlags } from './connection-options.js'
import { connectionFlags } from './flags/connection.js'

/** The flags that a profile can give a value. What it says of a password is its secret. */
export type ProfileFlags = {
  readonly [Name in Exclude<keyof ConnectionFlags, 'profile' | 'password' | 'password-file'>]:
    | ConnectionFlags[Name]
    | undefined
}

/** What a profile says, as the values of flags; undefined where it says nothing. */
export function profileFlagsOf(settings: ProfileSettings): ProfileFlags {
  return {
    broker: [...settings.broker],
    username: settings.username,
    'client-id': settings.clientId,
    keepalive: settings.keepalive,
    'connect-timeout': settings.connectTimeout,
    wait: settings.wait,
    ca: settings.ca,
    cert: settings.cert,
    key: settings.key,
    'key-password-file': settings.keyPasswordFile,
    insecure: settings.insecure,
    servername: settings.servername,
    alpn: settings.alpn && [...settings.alpn],
    proxy: settings.proxy,
    'ws-header': settings.wsHeader && [...settings.wsHeader],
    protocol: settings.protocol,
    'will-channel': settings.willChannel,
    'will-payload': settings.willPayload,
    'will-qos': settings.willQos,
    'will-retain': settings.willRetain
  }
}

/** The connection flags that a profile gives a value, with its password as `password`. */
export function keysOf(settings: ProfileSettings): ReadonlySet<string> {
  const flags = Object.entries(profileFlagsOf(settings)).flatMap(([name, value]) =>
    value === undefined ? [] : [name]
  )
  return new Set([...flags, ...(settings.secret === undefined ? [] : ['password'])])
}

/** The variable of the password, which no flag has. */
export const PASSWORD_VARIABLE = 'TIDINGS_PASSWORD'

/** The variable of a connection flag. */
export function variableOfFlag(name: string): string | undefined {
  if (name === 'password') return PASSWORD_VARIABLE
  const flag = Object.entries(connectionFlags).find(([each]) => each === name)?.[1]
  return flag?.env
}

/**
 * What the command line and the environment give. An empty variable counts as none.
 * @param flags the flags on the command line
 */
export function givenOf(
  flags: ReadonlySet<string>,
  env: Readonly<Record<string, string | undefined>>
): Given {
  const variables = Object.keys(connectionFlags).filter((name) => env[variableOfFlag(name) ?? ''])
  return { flags, variables: new Set(variables) }
}
