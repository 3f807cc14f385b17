import { TidingsError } from '../../errors.js'
import type { ProfileValues } from '../profile-values.js'
import { type ForeignProfile, profileNameFrom, urlOf } from './foreign-profiles.js'

type Json = Readonly<Record<string, unknown>>
type Values = Record<string, ProfileValues[string]>

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
/** Empty texts mean absent ones. */
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value.toWellFormed() : undefined
const numberOf = (value: unknown): number | undefined => {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined
}

/** What of a connection is not about connecting, or says what is so anyway. */
const NOTHING_LOST = new Set([
  'id',
  'name',
  'protocol',
  'host',
  'port',
  'path',
  'ssl',
  'clean',
  'username',
  'password',
  'clientId',
  'keepalive',
  'connectTimeout',
  'mqttVersion',
  'certType',
  'rejectUnauthorized',
  'ca',
  'cert',
  'key',
  'ALPNProtocols',
  'will',
  'createAt',
  'updateAt',
  'unreadMessageCount',
  'isCollection',
  'orderId',
  'parentId',
  'client',
  'clientIdWithTime',
  'reconnect',
  'reconnectPeriod',
  'clientuuid',
  'brokeruuid',
  'pushProps',
  'topicAliasMaximum'
])

/**
 * Reads what MQTTX exports as JSON: one connection, or a list of them.
 * @throws TidingsError of kind bad-input where it is something else
 */
export function readMqttxConnections(json: unknown, file: string): ForeignProfile[] {
  const list: readonly unknown[] = Array.isArray(json) ? json : [json]
  if (list.length === 0) throw notMqttx(file)
  return list.map((each) => {
    const host = isObject(each) ? textOf(each.host) : undefined
    if (!isObject(each) || host === undefined) throw notMqttx(file)
    return profileOf(each, host)
  })
}

function profileOf(connection: Json, host: string): ForeignProfile {
  const untaken: string[] = []
  const values: Values = { broker: brokerOf(connection, host) }
  const put = (key: string, value: ProfileValues[string] | undefined) => {
    if (value !== undefined) values[key] = value
  }
  put('username', textOf(connection.username))
  put('password', textOf(connection.password))
  putClientId(connection, put, untaken)
  const [keepalive, timeout] = [numberOf(connection.keepalive), numberOf(connection.connectTimeout)]
  put('keepalive', keepalive === undefined ? undefined : `${keepalive}s`)
  put('connectTimeout', timeout === undefined ? undefined : `${timeout}s`)
  const version = textOf(connection.mqttVersion)
  put('protocol', version === undefined ? undefined : version.startsWith('5') ? '5' : '3.1.1')
  for (const key of ['ca', 'cert', 'key']) put(key, textOf(connection[key]))
  if (isTls(connection)) put('insecure', connection.rejectUnauthorized === false ? true : undefined)
  put('alpn', alpnOf(connection.ALPNProtocols))
  putWill(connection.will, put, untaken)
  if (connection.clean === false) untaken.push('clean: a session is named when subscribing, with --session')
  for (const [key, value] of Object.entries(connection))
    if (!NOTHING_LOST.has(key) && !isEmpty(value))
      untaken.push(`${key}: ${WHY_NOT[key] ?? 'there is no such key'}`)
  return { name: profileNameFrom(textOf(connection.name) ?? host), values, untaken }
}

const WHY_NOT: Readonly<Record<string, string>> = {
  messages: 'a profile holds none; tidings replay reads them',
  subscriptions: 'a profile names no channels',
  properties: 'tidings chooses the properties of MQTT 5 itself'
}

const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === '' ||
  value === false ||
  (typeof value === 'object' && Object.values(value).every(isEmpty))

const isTls = ({ protocol, ssl }: Json) => ssl === true || protocol === 'mqtts' || protocol === 'wss'

function brokerOf(connection: Json, host: string): string {
  const isWeb = connection.protocol === 'ws' || connection.protocol === 'wss'
  const scheme = isWeb ? (isTls(connection) ? 'wss' : 'ws') : isTls(connection) ? 'mqtts' : 'mqtt'
  return urlOf(scheme, host, numberOf(connection.port), isWeb ? textOf(connection.path) : undefined)
}

type Put = (key: string, value: ProfileValues[string] | undefined) => void

/** MQTTX makes identifiers up. With one, tidings and MQTTX would end each other's connections. */
function putClientId({ clientId }: Json, put: Put, untaken: string[]): void {
  const id = textOf(clientId)
  if (id?.startsWith('mqttx_')) untaken.push('clientId: MQTTX has made it up, and goes on using it')
  else put('clientId', id)
}

function alpnOf(value: unknown): string[] | undefined {
  const list: readonly unknown[] = Array.isArray(value)
    ? value
    : typeof value === 'string'
      ? value.split(',')
      : []
  const names = list.flatMap((each) => textOf(typeof each === 'string' ? each.trim() : each) ?? [])
  return names.length === 0 ? undefined : names
}

function putWill(will: unknown, put: Put, untaken: string[]): void {
  const channel = isObject(will) ? textOf(will.lastWillTopic) : undefined
  if (!isObject(will) || channel === undefined) return
  put('willChannel', channel)
  put('willPayload', textOf(will.lastWillPayload))
  const qos = numberOf(will.lastWillQos)
  put('willQos', qos === 1 || qos === 2 ? qos : undefined)
  put('willRetain', will.lastWillRetain === true ? true : undefined)
  if (!isEmpty(will.properties)) untaken.push('will.properties: tidings has no flags for them')
}

const notMqttx = (file: string) =>
  new TidingsError('bad-input', `cannot import "${file}": it holds no connections of MQTTX`, {
    code: 'not-importable',
    suggestion: 'export the connections from MQTTX as JSON: Connections, Export Data',
    details: { file }
  })
