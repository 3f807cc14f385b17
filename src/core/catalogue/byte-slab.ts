/** Bytes between two sizes of places. */
const STEP = 32
/** The longest bytes that a slab takes. */
export const LONGEST_IN_SLAB = 512
const SIZES = LONGEST_IN_SLAB / STEP
const PAGE = 1 << 16

const NO_BYTES = new Uint8Array(0)

/** No place in a slab. */
export const NO_PLACE = -1

/**
 * Keeps many short byte strings in few large arrays. An array of its own for each would cost 250 bytes more, and work for the garbage
 * collector. A place is a number. It is taken by `put` and given back by `free`.
 */
export class ByteSlab {
  /** For each size of places, the pages, the number of places taken so far, and the places given back. */
  private readonly pages: Uint8Array[][] = Array.from({ length: SIZES }, () => [])
  private readonly taken = new Array<number>(SIZES).fill(0)
  private readonly returned: number[][] = Array.from({ length: SIZES }, () => [])

  /**
   * Writes bytes, at most `LONGEST_IN_SLAB`, over what is at a place.
   * @param place `NO_PLACE` for a new one
   * @returns where they are now: another place if they need one of another size
   */
  put(bytes: Uint8Array, place: number): number {
    const size = sizeFor(bytes.length)
    let at = place
    if (place === NO_PLACE || place % SIZES !== size) {
      if (place !== NO_PLACE) this.free(place)
      at = this.take(size)
    }
    this.page(at)?.set(bytes, offsetOf(at))
    return at
  }

  /** A copy of the first `length` bytes at a place; of no place, no bytes. */
  copy(place: number, length: number): Buffer {
    return Buffer.from(this.view(place, length))
  }

  /** The first `length` bytes at a place, until something is written there; of no place, no bytes. */
  view(place: number, length: number): Uint8Array {
    const offset = offsetOf(place)
    return (place === NO_PLACE ? undefined : this.page(place)?.subarray(offset, offset + length)) ?? NO_BYTES
  }

  /** A new place of `length` bytes, at most `LONGEST_IN_SLAB`, for good: the array that it is in, and where it begins. */
  lasting(length: number): { readonly bytes: Uint8Array; readonly offset: number } {
    const place = this.put(new Uint8Array(length), NO_PLACE)
    return { bytes: this.page(place) ?? new Uint8Array(length), offset: offsetOf(place) }
  }

  /** Gives a place back. */
  free(place: number): void {
    this.returned[place % SIZES]?.push(place)
  }

  /** The memory of a place, in bytes. */
  capacity(place: number): number {
    return capacityOf(place % SIZES)
  }

  private take(size: number): number {
    const returned = this.returned[size]?.pop()
    if (returned !== undefined) return returned
    const index = this.taken[size] ?? 0
    this.taken[size] = index + 1
    const pages = this.pages[size]
    if (index % perPage(size) === 0) pages?.push(new Uint8Array(PAGE))
    return index * SIZES + size
  }

  private page(place: number): Uint8Array | undefined {
    const size = place % SIZES
    return this.pages[size]?.[Math.floor(Math.floor(place / SIZES) / perPage(size))]
  }
}

const sizeFor = (length: number): number => Math.max(0, Math.ceil(length / STEP) - 1)
const capacityOf = (size: number): number => (size + 1) * STEP
const perPage = (size: number): number => Math.floor(PAGE / capacityOf(size))

function offsetOf(place: number): number {
  const size = place % SIZES
  return (Math.floor(place / SIZES) % perPage(size)) * capacityOf(size)
}
