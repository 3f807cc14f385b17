/** Who gets the bytes of a socket in memory of their own: so they are not copied, and no memory is made for each read. */
export interface ReadInto {
  /** Where the next bytes go. It is asked before each read, and has room for one byte at least. */
  room(): Uint8Array
  /** So many bytes have come, which are a view of what `room` returned last. */
  came(bytes: Uint8Array): void
}
