import zlib from 'node:zlib'
import { Decompress as ZstdStream } from 'fzstd'
import type { Decompress } from './decompress.js'

/** Node has it from 22.15 on; the types are those of the oldest Node. */
interface NativeZstd {
  readonly zstdDecompressSync?: (bytes: Buffer, options: { maxOutputLength: number }) => Buffer
}

/** Decompresses Zstandard with Node itself, or before Node 22.15 with a library. */
export function zstdDecompressor(limit: number): Decompress {
  const { zstdDecompressSync } = zlib as NativeZstd
  if (zstdDecompressSync !== undefined)
    return (records) => zstdDecompressSync(records, { maxOutputLength: limit })
  return (records) => {
    const chunks: Uint8Array[] = []
    let left = limit
    const stream = new ZstdStream((chunk) => {
      left -= chunk.length
      if (left < 0) throw new RangeError(`more than ${limit} bytes would come out`)
      chunks.push(chunk)
    })
    stream.push(records, true)
    return Buffer.concat(chunks)
  }
}
