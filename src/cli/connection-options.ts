import type { ConnectionNotice, ConnectionOptions, Password, TlsOptions } from '../core/connection.js'
import { TidingsError } from '../core/errors.js'
import type { Profile, ProfileSettings } from '../core/profile/profile.js'
import type { SpokenProtocol } from '../core/protocol.js'
import { readTextFile } from '../files/whole-file.js'
import { splitBrokers } from './broker-list.js'
import { checkEnvironmentBytes } from './environment-bytes.js'
import type { connectionFlags } from './flags/connection.js'
import type { FlagValues } from './flags/flag-values.js'
import { mqttOptionsOf } from './flags/mqtt.js'
import type { TargetFlags } from './flags/target.js'
import type { Io } from './io.js'
import { parsePair } from './pair.js'
import { holdsPassword } from './password-in-url.js'
import { keyPasswordIn, passwordIn, passwordInFileNow, passwordOf } from './password-source.js'

/** oclif gives a flag that may be repeated as a list, but as one text when it comes from its variable. */
type OrOneText<Value> = string[] extends Value ? Value | string : Value
type Given = FlagValues<typeof connectionFlags>

/** The connection flags as oclif parsed them. */
export type ConnectionFlags = { readonly [Name in keyof Given]: OrOneText<Given[Name]> }

const listOf = (value: readonly string[] | string | undefined): readonly string[] =>
  typeof value === 'string' ? value.split(',').map((part) => part.trim()) : (value ?? [])

/** Variables that are true or false. oclif reads an unknown value as false. */
const YES_OR_NO = ['TIDINGS_INSECURE', 'TIDINGS_WILL_RETAIN']

function checkVariables(env: Io['env']): void {
  checkEnvironmentBytes(env)
  for (const name of YES_OR_NO) {
    const text = env[name]
    if (!text || /^(1|0|true|false|yes|no|y|n)$/i.test(text)) continue
    throw new TidingsError('usage', `cannot use ${name}="${text}": it is neither true nor false`, {
      code: 'bad-variable',
      suggestion: `${name}=true or ${name}=false`
    })
  }
}

async function tlsOf(
  flags: ConnectionFlags,
  stop: AbortSignal,
  warn: (text: string) => void
): Promise<TlsOptions> {
  if ((flags.cert === undefined) !== (flags.key === undefined)) {
    throw new TidingsError('usage', 'cannot use a client certificate: "--cert" and "--key" go together', {
      code: 'certificate-without-key',
      suggestion: 'name both: --cert client.pem --key client.key; the key of a message is --message-key'
    })
  }
  if (flags.insecure)
    warn(
      "--insecure: tidings does not verify the broker's certificate, so others on the network can read and change messages"
    )
  return {
    ...(flags.ca !== undefined && { ca: await readTextFile(flags.ca, stop) }),
    ...(flags.cert !== undefined && { cert: await readTextFile(flags.cert, stop) }),
    ...(flags.key !== undefined && { key: await readTextFile(flags.key, stop) }),
    ...(flags['key-password-file'] !== undefined && {
      keyPassword: await keyPasswordIn(flags['key-password-file'], stop)
    }),
    ...(flags.insecure && { insecure: true }),
    ...(flags.servername !== undefined && { servername: flags.servername }),
    ...(flags.alpn?.length && { alpn: listOf(flags.alpn) })
  }
}

const URL_PASSWORD =
  'a password in a URL on the command line can be read by every user of this machine; TIDINGS_PASSWORD and --password-file are safer'

/**
 * Whether a URL with a password stands on the command line, and not in a variable or a profile. The caller warns only on a terminal, because a script
 * cannot act on the warning.
 */
function namesPassword(
  { broker, proxy }: ConnectionFlags,
  env: Io['env'],
  settings?: ProfileSettings
): boolean {
  const elsewhere = [env.TIDINGS_BROKER, ...(settings?.broker ?? [])]
  const brokers = [broker ?? []].flat().filter((text) => !elsewhere.includes(text))
  const proxies = proxy === undefined || [env.TIDINGS_PROXY, settings?.proxy].includes(proxy) ? [] : [proxy]
  return [...brokers.flatMap(splitBrokers), ...proxies].some(holdsPassword)
}

/** The brokers that were named, in the order to try them; the local one if none was. */
export function brokersOf({ broker }: Pick<ConnectionFlags, 'broker'>): readonly string[] {
  const named = typeof broker === 'string' ? [broker] : (broker ?? [])
  return named.length === 0 ? ['local'] : named.flatMap(splitBrokers)
}

const secretFileOf = (profile: Profile | undefined): string | undefined =>
  profile?.settings.secret?.kind === 'file' ? profile.settings.secret.file : undefined

async function secretOf({ name, settings: { secret } }: Profile, io: Io): Promise<Password | undefined> {
  if (secret?.kind === 'text') return secret.text
  if (secret?.kind === 'file') return passwordIn(secret.file, io.stop)
  if (secret === undefined) return undefined
  const { passwordOfCommand } = await import('./profile/password-command.js')
  return passwordOfCommand(secret, name, io.stop)
}

/**
 * Turns the connection flags into what a transport needs. Reads files and asks for the password where the flags say so. `notice` gets what
 * a person should know: warnings now, and the connection's own notices later. `profile` is the one that the flags have values of, if any.
 */
export async function connectionOptionsOf(
  flags: ConnectionFlags & Partial<TargetFlags>,
  io: Io,
  { protocol, rows: [{ capabilities }] }: SpokenProtocol,
  notice: (notice: ConnectionNotice) => void,
  profile?: Profile
): Promise<ConnectionOptions> {
  checkVariables(io.env)
  const warn = (text: string) => notice({ kind: 'warning', text })
  if (io.stderr.isTerminal && namesPassword(flags, io.env, profile?.settings)) warn(URL_PASSWORD)
  const password = await passwordOf(flags, io, warn, profile && (() => secretOf(profile, io)))
  const file = flags.password === undefined ? (flags['password-file'] ?? secretFileOf(profile)) : undefined
  // TIDINGS_PROTOCOL and TIDINGS_WILL_* may be set for other brokers, so a protocol without last wills ignores them.
  const mqtt = capabilities['last-will'] === true ? mqttOptionsOf(flags, protocol.grammar) : undefined
  const wsHeaders = [flags['ws-header'] ?? []].flat().map((text) => parsePair(text, 'ws-header'))
  return {
    brokers: brokersOf(flags),
    ...(flags.username !== undefined && { username: flags.username }),
    ...(password !== undefined && { password }),
    ...(file !== undefined && password !== undefined && { passwordNow: passwordInFileNow(file, password) }),
    ...(flags['client-id'] !== undefined && { clientId: flags['client-id'] }),
    keepalive: Math.ceil(flags.keepalive / 1000),
    connectTimeout: flags['connect-timeout'],
    tls: await tlsOf(flags, io.stop, warn),
    ...(flags.proxy !== undefined && { proxy: flags.proxy }),
    ...(wsHeaders.length > 0 && { wsHeaders: Object.fromEntries(wsHeaders) }),
    ...(mqtt !== undefined && { mqtt }),
    wait: flags.wait,
    ...(flags.strict && { strict: true }),
    signal: io.stop,
    onNotice: notice
  }
}
