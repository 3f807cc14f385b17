/**
 * The values of AMQP 0-9-1 on the wire, for tests. Written from the specification and RabbitMQ's errata; nothing of `src` is used, so that
 * a mistake there is not made twice.
 */

/** A value of a table with the letter of its type, as RabbitMQ understands the letters (`s` is 16 bits, `l` is 64 bits). */
export type Field =
  | { readonly type: 't'; readonly value: boolean }
  | { readonly type: 'b' | 'B' | 's' | 'u' | 'I' | 'i' | 'f' | 'd'; readonly value: number }
  | { readonly type: 'l' | 'T'; readonly value: bigint }
  | { readonly type: 'D'; readonly scale: number; readonly digits: number }
  | { readonly type: 'S' | 'x'; readonly value: Buffer }
  | { readonly type: 'A'; readonly value: readonly Field[] }
  | { readonly type: 'F'; readonly value: Table }
  | { readonly type: 'V' }

/** Names and values in the order of the wire. A name may be there more than once. */
export type Table = readonly (readonly [name: string, field: Field])[]

export const text = (value: string): Field => ({ type: 'S', value: Buffer.from(value) })
export const flag = (value: boolean): Field => ({ type: 't', value })

/** The first value of this name. */
export const fieldOf = (table: Table, name: string): Field | undefined =>
  table.find(([each]) => each === name)?.[1]

/** The text of a value, or undefined if the value is no text. */
export const textOf = (field: Field | undefined): string | undefined =>
  field?.type === 'S' ? field.value.toString() : undefined

/** The number of a value, or undefined if the value is no whole number. */
export function numberOf(field: Field | undefined): number | undefined {
  if (field === undefined || !('value' in field)) return undefined
  if (typeof field.value === 'bigint') return Number(field.value)
  return typeof field.value === 'number' ? field.value : undefined
}

/** The bytes are not what the specification allows. */
export class MalformedBytes extends Error {}

/** Reads values one after the other. Throws `MalformedBytes` where the bytes end too early. */
export class FieldReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  bytes(length: number): Buffer {
    const end = this.#at + length
    if (end > this.#bytes.length) throw new MalformedBytes(`${length} bytes are not there`)
    const part = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return part
  }

  octet = (): number => this.bytes(1).readUInt8()
  short = (): number => this.bytes(2).readUInt16BE()
  long = (): number => this.bytes(4).readUInt32BE()
  longlong = (): bigint => this.bytes(8).readBigUInt64BE()
  shortstr = (): string => this.bytes(this.octet()).toString()
  longstr = (): Buffer => Buffer.from(this.bytes(this.long()))

  table(): Table {
    const inner = new FieldReader(this.bytes(this.long()))
    const table: [string, Field][] = []
    while (!inner.isAtEnd) table.push([inner.shortstr(), inner.field()])
    return table
  }

  field(): Field {
    const type = String.fromCharCode(this.octet())
    switch (type) {
      case 't':
        return { type, value: this.octet() !== 0 }
      case 'b':
        return { type, value: this.bytes(1).readInt8() }
      case 'B':
        return { type, value: this.octet() }
      case 's':
        return { type, value: this.bytes(2).readInt16BE() }
      case 'u':
        return { type, value: this.short() }
      case 'I':
        return { type, value: this.bytes(4).readInt32BE() }
      case 'i':
        return { type, value: this.long() }
      case 'l':
        return { type, value: this.bytes(8).readBigInt64BE() }
      case 'f':
        return { type, value: this.bytes(4).readFloatBE() }
      case 'd':
        return { type, value: this.bytes(8).readDoubleBE() }
      case 'D':
        return { type, scale: this.octet(), digits: this.bytes(4).readInt32BE() }
      case 'S':
      case 'x':
        return { type, value: this.longstr() }
      case 'T':
        return { type, value: this.longlong() }
      case 'F':
        return { type, value: this.table() }
      case 'V':
        return { type }
      case 'A': {
        const inner = new FieldReader(this.bytes(this.long()))
        const value: Field[] = []
        while (!inner.isAtEnd) value.push(inner.field())
        return { type, value }
      }
      default:
        throw new MalformedBytes(`no field has the type "${type}"`)
    }
  }
}

/** Writes values one after the other. */
export class FieldWriter {
  readonly #parts: Buffer[] = []

  get written(): Buffer {
    return Buffer.concat(this.#parts)
  }

  bytes(part: Uint8Array): void {
    this.#parts.push(Buffer.from(part))
  }

  #number(length: number, write: (part: Buffer) => void): void {
    const part = Buffer.alloc(length)
    write(part)
    this.#parts.push(part)
  }

  octet = (value: number): void => this.#number(1, (part) => part.writeUInt8(value))
  short = (value: number): void => this.#number(2, (part) => part.writeUInt16BE(value))
  long = (value: number): void => this.#number(4, (part) => part.writeUInt32BE(value))
  longlong = (value: bigint): void => this.#number(8, (part) => part.writeBigUInt64BE(value))

  shortstr(value: string): void {
    const bytes = Buffer.from(value)
    this.octet(bytes.length)
    this.bytes(bytes)
  }

  longstr(value: Uint8Array): void {
    this.long(value.length)
    this.bytes(value)
  }

  table(table: Table): void {
    const inner = new FieldWriter()
    for (const [name, field] of table) {
      inner.shortstr(name)
      inner.field(field)
    }
    this.longstr(inner.written)
  }

  field(field: Field): void {
    this.bytes(Buffer.from(field.type))
    switch (field.type) {
      case 't':
        this.octet(field.value ? 1 : 0)
        break
      case 'b':
        this.#number(1, (part) => part.writeInt8(field.value))
        break
      case 'B':
        this.octet(field.value)
        break
      case 's':
        this.#number(2, (part) => part.writeInt16BE(field.value))
        break
      case 'u':
        this.short(field.value)
        break
      case 'I':
        this.#number(4, (part) => part.writeInt32BE(field.value))
        break
      case 'i':
        this.long(field.value)
        break
      case 'l':
        this.#number(8, (part) => part.writeBigInt64BE(field.value))
        break
      case 'f':
        this.#number(4, (part) => part.writeFloatBE(field.value))
        break
      case 'd':
        this.#number(8, (part) => part.writeDoubleBE(field.value))
        break
      case 'D':
        this.octet(field.scale)
        this.#number(4, (part) => part.writeInt32BE(field.digits))
        break
      case 'S':
      case 'x':
        this.longstr(field.value)
        break
      case 'T':
        this.longlong(field.value)
        break
      case 'F':
        this.table(field.value)
        break
      case 'V':
        break
      case 'A': {
        const inner = new FieldWriter()
        for (const each of field.value) inner.field(each)
        this.longstr(inner.written)
        break
      }
    }
  }
}
