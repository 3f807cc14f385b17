import { viewOf } from '../../core/utf8.js'

/**
 * Makes a sequence of bytes shorter without a change of its CRC-32C, with exclusive-or alone and without a table.
 *
 * A CRC is what stays of the bytes, taken for a polynomial over GF(2), when they are divided by CRC-32C's polynomial. The polynomial
 * y^209 + y^144 + y^54 + y^39 + y^14 + 1, where y stands for x^128, can be divided by it, too: a search over all of six terms found it, and
 * the tests divide it. So a block of 16 bytes may be taken away at the front, if it is added to the five blocks that come 65, 155, 170, 195
 * and 209 places behind it. Sam Russell's "Chorba" (https://arxiv.org/abs/2412.16398) does so for CRC-32.
 *
 * WebAssembly adds 16 bytes at once: 10 GB/s, with the copy into its memory, where sixteen tables come to 1.5.
 */

/** Bytes of a block. */
const BLOCK = 16
/** Where the blocks are to which one is added: so many places behind it. */
const DISTANCES = [65, 155, 170, 195, 209] as const
/** Bytes in which all of these places are, and to which a sequence is shortened. */
const REACH = 209 * BLOCK

/** Pages of 64 KiB: all that follows has room in one. */
const PAGES = 1
/** Bytes that are folded at once, behind the blocks before them. */
const PIECE = 16_384
/** Where the blocks before the end of the sequence lie, and zeros behind them; and where that end lies. */
const ZEROS_AT = REACH + PIECE
const END_AT = ZEROS_AT + 2 * REACH

/** Shortens bytes. */
export interface Folding {
  /** The least number of bytes that can be shortened. */
  readonly least: number
  /**
   * Shortens the whole blocks of `bytes[start..end]`.
   * @returns bytes whose CRC, which begins with 0 and is not inverted at its end, goes on with those from `rest` on. They are valid until the
   *   next call
   */
  fold(bytes: Uint8Array, start: number, end: number): { readonly folded: Uint8Array; readonly rest: number }
}

/** The part of WebAssembly that is used; TypeScript knows it in browsers alone. */
interface Wasm {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer }
  /** Adds to each block, from the one that is `REACH` behind `to`, those that are folded into it: they lie before `from` and `REACH`. */
  readonly fold: (from: number, to: number, fromEnd: number) => void
}

/** Compiles the program, which takes half a millisecond. Undefined where the machine, or a limit of memory, does not allow it. */
export function loadFolding(
  wasm: Wasm | undefined = (globalThis as unknown as { readonly WebAssembly?: Wasm }).WebAssembly
): Folding | undefined {
  if (wasm === undefined) return undefined
  try {
    return foldingWith(new wasm.Instance(new wasm.Module(foldProgram())).exports as Exports)
  } catch {
    return undefined
  }
}

function foldingWith({ memory, fold }: Exports): Folding {
  const held = new Uint8Array(memory.buffer)
  const folded = held.subarray(END_AT, END_AT + REACH)
  return {
    least: REACH + 2 * BLOCK,
    fold(bytes, start, end) {
      const last = start + Math.floor((end - start) / BLOCK) * BLOCK - REACH
      held.fill(0, 0, REACH)
      for (let at = start; at < last; at += PIECE) {
        const size = Math.min(PIECE, last - at)
        held.set(viewOf(bytes, at, at + size), REACH)
        // A CRC that begins with ones is one that begins with 0, of bytes whose first four are inverted.
        if (at === start)
          for (let each = 0; each < 4; each++) held[REACH + each] = ~(held[REACH + each] as number)
        fold(0, 0, size)
        held.copyWithin(0, size, size + REACH)
      }
      // The last blocks get what is due to them, and are taken away no more: behind the blocks before them are zeros.
      held.copyWithin(ZEROS_AT, 0, REACH)
      folded.set(viewOf(bytes, last, last + REACH))
      fold(ZEROS_AT, END_AT - REACH, ZEROS_AT + REACH)
      return { folded, rest: last + REACH }
    }
  }
}

/**
 * The program as WebAssembly (https://webassembly.github.io/spec/core/binary/). As text:
 *
 *     (module
 *       (memory (export "memory") 1 1)
 *       (func (export "fold") (param $from i32) (param $to i32) (param $fromEnd i32)
 *         (loop
 *           (v128.store offset=REACH (local.get $to)
 *             (v128.xor … (v128.xor (v128.load offset=REACH (local.get $to))
 *                                   (v128.load offset=REACH-16*65 (local.get $from))) …))
 *           (local.set $to (i32.add (local.get $to) (i32.const 16)))
 *           (local.set $from (i32.add (local.get $from) (i32.const 16)))
 *           (br_if 0 (i32.lt_u (local.get $from) (local.get $fromEnd))))))
 */
function foldProgram(): Uint8Array {
  const [from, to, fromEnd] = [0, 1, 2]
  const get = (local: number) => [0x20, local]
  const load = (local: number, offset: number) => [...get(local), 0xfd, 0x00, 0x04, ...unsigned(offset)]
  const xor = [0xfd, ...unsigned(0x51)]
  const store = [0xfd, 0x0b, 0x04, ...unsigned(REACH)]
  const advance = (local: number) => [...get(local), 0x41, BLOCK, 0x6a, 0x21, local]
  const loop = [
    ...[0x03, 0x40, ...get(to), ...load(to, REACH)],
    ...DISTANCES.flatMap((distance) => [...load(from, REACH - distance * BLOCK), ...xor]),
    ...[...store, ...advance(to), ...advance(from)],
    ...[...get(from), ...get(fromEnd), 0x49, 0x0d, 0x00, 0x0b]
  ]
  const code = [0x00, ...loop, 0x0b]
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [[0x60, 3, 0x7f, 0x7f, 0x7f, 0]]),
    ...section(3, [[0]]),
    ...section(5, [[0x01, PAGES, PAGES]]),
    ...section(7, [
      [...name('memory'), 0x02, 0],
      [...name('fold'), 0x00, 0]
    ]),
    ...section(10, [[...unsigned(code.length), ...code]])
  ])
}

function section(kind: number, items: readonly (readonly number[])[]): number[] {
  const body = [...unsigned(items.length), ...items.flat()]
  return [kind, ...unsigned(body.length), ...body]
}

const name = (text: string): number[] => [text.length, ...Buffer.from(text)]

/** Seven bits a byte, the low ones first. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)]
}
