import { FieldReader, FieldWriter, MalformedBytes, type Table } from './amqp-fields.js'

/** The types of a method's arguments, and what they are in TypeScript. */
interface Kinds {
  octet: number
  short: number
  long: number
  longlong: bigint
  shortstr: string
  longstr: Buffer
  table: Table
  bit: boolean
}

const CLOSE = { replyCode: 'short', replyText: 'shortstr', classId: 'short', methodId: 'short' } as const
const TUNE = { channelMax: 'short', frameMax: 'long', heartbeat: 'short' } as const
const EXCHANGE_BINDING = {
  reserved1: 'short',
  destination: 'shortstr',
  source: 'shortstr',
  routingKey: 'shortstr',
  noWait: 'bit',
  arguments: 'table'
} as const

/** Every method of AMQP 0-9-1 and of RabbitMQ's extensions but transactions: class, number, arguments in the order of the wire. */
const METHODS = {
  'connection.start': [
    10,
    10,
    {
      versionMajor: 'octet',
      versionMinor: 'octet',
      serverProperties: 'table',
      mechanisms: 'longstr',
      locales: 'longstr'
    }
  ],
  'connection.start-ok': [
    10,
    11,
    { clientProperties: 'table', mechanism: 'shortstr', response: 'longstr', locale: 'shortstr' }
  ],
  'connection.secure': [10, 20, { challenge: 'longstr' }],
  'connection.secure-ok': [10, 21, { response: 'longstr' }],
  'connection.tune': [10, 30, TUNE],
  'connection.tune-ok': [10, 31, TUNE],
  'connection.open': [10, 40, { virtualHost: 'shortstr', reserved1: 'shortstr', reserved2: 'bit' }],
  'connection.open-ok': [10, 41, { reserved1: 'shortstr' }],
  'connection.close': [10, 50, CLOSE],
  'connection.close-ok': [10, 51, {}],
  'connection.blocked': [10, 60, { reason: 'shortstr' }],
  'connection.unblocked': [10, 61, {}],
  'connection.update-secret': [10, 70, { newSecret: 'longstr', reason: 'shortstr' }],
  'connection.update-secret-ok': [10, 71, {}],
  'channel.open': [20, 10, { reserved1: 'shortstr' }],
  'channel.open-ok': [20, 11, { reserved1: 'longstr' }],
  'channel.flow': [20, 20, { active: 'bit' }],
  'channel.flow-ok': [20, 21, { active: 'bit' }],
  'channel.close': [20, 40, CLOSE],
  'channel.close-ok': [20, 41, {}],
  'exchange.declare': [
    40,
    10,
    {
      reserved1: 'short',
      exchange: 'shortstr',
      type: 'shortstr',
      passive: 'bit',
      durable: 'bit',
      autoDelete: 'bit',
      internal: 'bit',
      noWait: 'bit',
      arguments: 'table'
    }
  ],
  'exchange.declare-ok': [40, 11, {}],
  'exchange.delete': [40, 20, { reserved1: 'short', exchange: 'shortstr', ifUnused: 'bit', noWait: 'bit' }],
  'exchange.delete-ok': [40, 21, {}],
  'exchange.bind': [40, 30, EXCHANGE_BINDING],
  'exchange.bind-ok': [40, 31, {}],
  'exchange.unbind': [40, 40, EXCHANGE_BINDING],
  'exchange.unbind-ok': [40, 51, {}],
  'queue.declare': [
    50,
    10,
    {
      reserved1: 'short',
      queue: 'shortstr',
      passive: 'bit',
      durable: 'bit',
      exclusive: 'bit',
      autoDelete: 'bit',
      noWait: 'bit',
      arguments: 'table'
    }
  ],
  'queue.declare-ok': [50, 11, { queue: 'shortstr', messageCount: 'long', consumerCount: 'long' }],
  'queue.bind': [
    50,
    20,
    {
      reserved1: 'short',
      queue: 'shortstr',
      exchange: 'shortstr',
      routingKey: 'shortstr',
      noWait: 'bit',
      arguments: 'table'
    }
  ],
  'queue.bind-ok': [50, 21, {}],
  'queue.purge': [50, 30, { reserved1: 'short', queue: 'shortstr', noWait: 'bit' }],
  'queue.purge-ok': [50, 31, { messageCount: 'long' }],
  'queue.delete': [
    50,
    40,
    { reserved1: 'short', queue: 'shortstr', ifUnused: 'bit', ifEmpty: 'bit', noWait: 'bit' }
  ],
  'queue.delete-ok': [50, 41, { messageCount: 'long' }],
  'queue.unbind': [
    50,
    50,
    {
      reserved1: 'short',
      queue: 'shortstr',
      exchange: 'shortstr',
      routingKey: 'shortstr',
      arguments: 'table'
    }
  ],
  'queue.unbind-ok': [50, 51, {}],
  'basic.qos': [60, 10, { prefetchSize: 'long', prefetchCount: 'short', global: 'bit' }],
  'basic.qos-ok': [60, 11, {}],
  'basic.consume': [
    60,
    20,
    {
      reserved1: 'short',
      queue: 'shortstr',
      consumerTag: 'shortstr',
      noLocal: 'bit',
      noAck: 'bit',
      exclusive: 'bit',
      noWait: 'bit',
      arguments: 'table'
    }
  ],
  'basic.consume-ok': [60, 21, { consumerTag: 'shortstr' }],
  'basic.cancel': [60, 30, { consumerTag: 'shortstr', noWait: 'bit' }],
  'basic.cancel-ok': [60, 31, { consumerTag: 'shortstr' }],
  'basic.publish': [
    60,
    40,
    { reserved1: 'short', exchange: 'shortstr', routingKey: 'shortstr', mandatory: 'bit', immediate: 'bit' }
  ],
  'basic.return': [
    60,
    50,
    { replyCode: 'short', replyText: 'shortstr', exchange: 'shortstr', routingKey: 'shortstr' }
  ],
  'basic.deliver': [
    60,
    60,
    {
      consumerTag: 'shortstr',
      deliveryTag: 'longlong',
      redelivered: 'bit',
      exchange: 'shortstr',
      routingKey: 'shortstr'
    }
  ],
  'basic.get': [60, 70, { reserved1: 'short', queue: 'shortstr', noAck: 'bit' }],
  'basic.get-ok': [
    60,
    71,
    {
      deliveryTag: 'longlong',
      redelivered: 'bit',
      exchange: 'shortstr',
      routingKey: 'shortstr',
      messageCount: 'long'
    }
  ],
  'basic.get-empty': [60, 72, { reserved1: 'shortstr' }],
  'basic.ack': [60, 80, { deliveryTag: 'longlong', multiple: 'bit' }],
  'basic.reject': [60, 90, { deliveryTag: 'longlong', requeue: 'bit' }],
  'basic.recover-async': [60, 100, { requeue: 'bit' }],
  'basic.recover': [60, 110, { requeue: 'bit' }],
  'basic.recover-ok': [60, 111, {}],
  'basic.nack': [60, 120, { deliveryTag: 'longlong', multiple: 'bit', requeue: 'bit' }],
  'confirm.select': [85, 10, { noWait: 'bit' }],
  'confirm.select-ok': [85, 11, {}]
} as const satisfies Record<string, readonly [number, number, Readonly<Record<string, keyof Kinds>>]>

export type MethodName = keyof typeof METHODS

/** The arguments of a method. */
export type Arguments<N extends MethodName> = {
  -readonly [F in keyof (typeof METHODS)[N][2]]: (typeof METHODS)[N][2][F] extends keyof Kinds
    ? Kinds[(typeof METHODS)[N][2][F]]
    : never
}

/** A method with its arguments. */
export type Method = { [N in MethodName]: { readonly name: N; readonly args: Arguments<N> } }[MethodName]

/** The method whose name is N. */
export type MethodNamed<N extends MethodName> = Extract<Method, { name: N }>

/** What a class or method number stands for; undefined where nothing does. */
export function methodNamed(classId: number, methodId: number): MethodName | undefined {
  for (const [name, [ofClass, number]] of Object.entries(METHODS))
    if (ofClass === classId && number === methodId) return name as MethodName
  return undefined
}

/** The two numbers of a method, which Close repeats. */
export const numbersOf = (name: MethodName): readonly [classId: number, methodId: number] => [
  METHODS[name][0],
  METHODS[name][1]
]

/** A method that neither the specification nor RabbitMQ's errata name, or that this codec leaves out. */
export class UnknownMethod extends Error {}

const ABSENT: Readonly<Record<keyof Kinds, unknown>> = {
  octet: 0,
  short: 0,
  long: 0,
  longlong: 0n,
  shortstr: '',
  longstr: Buffer.alloc(0),
  table: [],
  bit: false
}

/** The payload of a method frame. Arguments that are left out are 0, empty or false. */
export function encodeMethod<N extends MethodName>(name: N, args: Partial<Arguments<N>>): Buffer {
  const [classId, methodId, kinds] = METHODS[name]
  const writer = new FieldWriter()
  writer.short(classId)
  writer.short(methodId)
  const given: Readonly<Record<string, unknown>> = args
  let bits: boolean[] = []
  const endBits = () => {
    if (bits.length > 0) writer.octet(bits.reduce((byte, bit, index) => byte | (Number(bit) << index), 0))
    bits = []
  }
  for (const [field, kind] of Object.entries(kinds)) {
    const value = given[field] ?? ABSENT[kind]
    if (kind === 'bit') {
      bits.push(value as boolean)
      continue
    }
    endBits()
    const write = writer[kind].bind(writer) as (value: unknown) => void
    write(value)
  }
  endBits()
  return writer.written
}

/** Reads the payload of a method frame. Throws `UnknownMethod` or `MalformedBytes`. */
export function decodeMethod(payload: Buffer): Method {
  const reader = new FieldReader(payload)
  const classId = reader.short()
  const methodId = reader.short()
  const name = methodNamed(classId, methodId)
  if (name === undefined) throw new UnknownMethod(`${classId}.${methodId}`)
  const args: Record<string, unknown> = {}
  let bits = 0
  let byte = 0
  for (const [field, kind] of Object.entries(METHODS[name][2])) {
    if (kind === 'bit') {
      if (bits % 8 === 0) byte = reader.octet()
      args[field] = ((byte >> (bits % 8)) & 1) === 1
      bits++
      continue
    }
    bits = 0
    args[field] = reader[kind]()
  }
  if (!reader.isAtEnd) throw new MalformedBytes(`${name} has bytes after its arguments`)
  return { name, args } as Method
}
