import zlib from 'node:zlib'
import type { SendingOptions } from '../../../core/connection.js'
import { TidingsError } from '../../../core/errors.js'
import { COMPRESSION } from './decompress.js'

/** A way to make the records of a batch smaller. */
export interface Compression {
  /** Its number in the attributes of a batch. */
  readonly code: number
  compress(records: Uint8Array): Buffer
}

/** Node has it from 22.15 on; the types are those of the oldest Node. */
interface NativeZstd {
  readonly zstdCompressSync?: (records: Uint8Array) => Buffer
}

/**
 * The compression of this name; undefined for none.
 * @throws TidingsError of kind usage where this Node does not have it
 */
export function compressionOf(
  name: SendingOptions['compression'],
  { zstdCompressSync }: NativeZstd = zlib as NativeZstd
): Compression | undefined {
  if (name === undefined) return undefined
  if (name === 'gzip') return { code: COMPRESSION.gzip, compress: (records) => zlib.gzipSync(records) }
  if (zstdCompressSync === undefined)
    throw new TidingsError(
      'usage',
      `cannot use "--compression zstd": Node ${process.versions.node} has no zstd, which came with 22.15`,
      { code: 'compression-missing', suggestion: 'use --compression gzip' }
    )
  return { code: COMPRESSION.zstd, compress: (records) => zstdCompressSync(records) }
}
