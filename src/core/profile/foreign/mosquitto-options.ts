import { TidingsError } from '../../errors.js'
import type { ProfileValues } from '../profile-values.js'
import { type ForeignProfile, urlOf } from './foreign-profiles.js'

type Values = Record<string, ProfileValues[string]>

/** What has been read of a file. */
interface Reading {
  readonly values: Values
  /** What becomes the URL. */
  readonly parts: Map<string, string>
  readonly untaken: string[]
}

type Take = (reading: Reading, value: string) => void

const as =
  (key: string, change: (value: string) => ProfileValues[string] = (value) => value): Take =>
  ({ values }, value) => {
    values[key] = change(value)
  }
const part =
  (name: string): Take =>
  ({ parts }, value) => {
    parts.set(name, value)
  }

const SAME_AS = new Map([
  ['--host', '-h'],
  ['--port', '-p'],
  ['--url', '-L'],
  ['--username', '-u'],
  ['--pw', '-P'],
  ['--id', '-i'],
  ['--keepalive', '-k'],
  ['--protocol-version', '-V'],
  ['--tls-use-os-certs', '--os-certs']
])

const TAKEN = new Map<string, Take>([
  ['-h', part('host')],
  ['-p', part('port')],
  ['-L', part('url')],
  ['--unix', part('unix')],
  ['-u', as('username')],
  ['-P', as('password')],
  ['-i', as('clientId')],
  ['-k', as('keepalive', (seconds) => `${seconds}s`)],
  ['-V', as('protocol', (version) => (/3|31/.test(version) ? '3.1.1' : '5'))],
  ['--cafile', as('ca')],
  ['--cert', as('cert')],
  ['--key', as('key')],
  ['--tls-alpn', as('alpn')],
  ['--proxy', as('proxy')],
  ['--insecure', as('insecure', () => true)],
  ['--os-certs', part('tls')],
  ['--will-topic', as('willChannel')],
  ['--will-payload', as('willPayload')],
  ['--will-qos', as('willQos', Number)],
  ['--will-retain', as('willRetain', () => true)]
])

/** A client identifier that others use, too, takes their connection away. */
const WHY_NOT = new Map([
  ['-t', 'a profile names no channel'],
  ['--topic', 'a profile names no channel'],
  ['--capath', 'tidings reads one file of authorities: --ca'],
  ['-q', 'a flag of publish and subscribe'],
  ['--qos', 'a flag of publish and subscribe']
])

/**
 * Reads the file of options of mosquitto_pub, mosquitto_sub or mosquitto_rr: one option a line.
 * @param name the name of the profile
 * @throws TidingsError of kind bad-input for a line that is no option
 */
export function readMosquittoOptions(text: string, name: string, file: string): ForeignProfile {
  const reading: Reading = { values: {}, parts: new Map(), untaken: [] }
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.startsWith('#') || line.trim() === '') continue
    const [, option = '', value = ''] = /^\s*(-\S+)\s*(.*?)\s*$/.exec(line) ?? []
    if (option === '') throw noOption(file, index + 1)
    const short = SAME_AS.get(option) ?? option
    const take = TAKEN.get(short)
    if (take === undefined)
      reading.untaken.push(`${option}: ${WHY_NOT.get(option) ?? 'there is no such key'}`)
    else take(reading, value)
  }
  return { name, values: { broker: brokerOf(reading), ...reading.values }, untaken: reading.untaken }
}

/** mosquitto speaks TLS where it is told anything about it. */
function brokerOf({ parts, values, untaken }: Reading): string {
  const socket = parts.get('unix')
  if (socket !== undefined) return `mqtt+unix://${socket}`
  const isTls = parts.has('tls') || values.ca !== undefined || values.cert !== undefined
  const url = parts.get('url')
  if (url === undefined)
    return urlOf(isTls ? 'mqtts' : 'mqtt', parts.get('host') ?? 'localhost', parts.get('port'))
  // -L holds the channel, too.
  const [, server = url, channel] = /^([a-z]+:\/\/[^/]*)(\/.*)?$/i.exec(url) ?? []
  if (channel !== undefined && channel !== '/') untaken.push('the channel of -L: a profile names no channel')
  return server
}

const noOption = (file: string, line: number) =>
  new TidingsError('bad-input', `cannot import "${file}": line ${line} is no option of mosquitto_pub`, {
    code: 'not-importable',
    suggestion:
      "tidings reads MQTTX's exported JSON, and the file of options of mosquitto_pub or mosquitto_sub",
    details: { file, line }
  })
