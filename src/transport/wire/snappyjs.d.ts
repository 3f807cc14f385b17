declare module 'snappyjs' {
  /** @param maxLength the most bytes that may come out */
  export function uncompress(compressed: Buffer, maxLength: number): Buffer
  export function compress(uncompressed: Buffer): Buffer
}
