import fc from 'fast-check'

// Tables of AMQP, written byte by byte as RabbitMQ's table of types says: https://www.rabbitmq.com/amqp-0-9-1-errata

const bytes = (...parts: readonly (Uint8Array | readonly number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => Buffer.from(part)))

function sized(content: Uint8Array): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt32BE(content.length)
  return bytes(size, content)
}

function written(width: number, write: (into: Buffer) => void): Buffer {
  const into = Buffer.alloc(width)
  write(into)
  return into
}

const fixed = (type: string, width: number) =>
  fc.uint8Array({ minLength: width, maxLength: width }).map((value) => bytes(Buffer.from(type), value))

const content = fc.oneof(
  fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
  fc.uint8Array()
)

const { value, table } = fc.letrec<{ value: Buffer; table: Buffer }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    content.map((text) => bytes(Buffer.from('S'), sized(text))),
    fixed('t', 1),
    fixed('b', 1),
    fixed('B', 1),
    fixed('s', 2),
    fixed('u', 2),
    fixed('I', 4),
    fixed('i', 4),
    fixed('l', 8),
    fixed('f', 4),
    fixed('d', 8),
    fixed('D', 5),
    fixed('T', 8),
    fixed('V', 0),
    content.map((text) => bytes(Buffer.from('x'), sized(text))),
    tie('table').map((inner) => bytes(Buffer.from('F'), sized(inner))),
    fc.array(tie('value'), { maxLength: 4 }).map((values) => bytes(Buffer.from('A'), sized(bytes(...values))))
  ),
  table: fc
    .array(fc.tuple(fc.oneof(fc.constantFrom('a', 'b', '1'), fc.string()).map(shortText), tie('value')), {
      maxLength: 5
    })
    .map((entries) => bytes(...entries.map(([name, each]) => bytes(name, each))))
}))

function shortText(text: string): Buffer {
  const name = Buffer.from(text).subarray(0, 255)
  return bytes([name.length], name)
}

/** The content of a table with any names, repeats, types and depth. */
export const arbitraryTable: fc.Arbitrary<Buffer> = table

export const arbitraryValue: fc.Arbitrary<Buffer> = value

/** The content of a table with these entries: a name, the letter of a type, the value's bytes. */
export const tableWith = (
  ...entries: readonly (readonly [name: string, type: string, value: Buffer])[]
): Buffer => bytes(...entries.map(([name, type, each]) => bytes(shortText(name), Buffer.from(type), each)))

export const longText = (text: string | Uint8Array): Buffer => sized(Buffer.from(text))
export const int32 = (number: number): Buffer => written(4, (into) => into.writeInt32BE(number))
export const int64 = (number: bigint): Buffer => written(8, (into) => into.writeBigInt64BE(number))
