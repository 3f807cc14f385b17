import zlib from 'node:zlib'

/** The most bytes that a batch may have once it is decompressed. */
const LIMIT = 128 * 1024 * 1024

/** Decompresses the records of one batch. Throws for bytes that are not what they should be, or too many of them. */
export type Decompress = (records: Buffer) => Buffer

/** The ways of compression that Kafka has, by their number in a batch's attributes. */
export const COMPRESSION = { gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const

const loaded = new Map<number, Promise<Decompress>>()

/** Loads what decompresses records of this kind, once. Rejects with a RangeError for a kind that Kafka does not have. */
export function decompressorOf(code: number): Promise<Decompress> {
  const known = loaded.get(code)
  if (known !== undefined) return known
  const loading = load(code)
  loaded.set(code, loading)
  return loading
}

async function load(code: number): Promise<Decompress> {
  switch (code) {
    case COMPRESSION.gzip:
      return (records) => zlib.gunzipSync(records, { maxOutputLength: LIMIT })
    case COMPRESSION.snappy: {
      const [{ uncompress }, { decompressSnappy }] = await Promise.all([
        import('snappyjs'),
        import('./xerial-snappy.js')
      ])
      return (records) => decompressSnappy(records, uncompress, LIMIT)
    }
    case COMPRESSION.lz4: {
      const { decompressLz4 } = await import('../../wire/lz4.js')
      return (records) => decompressLz4(records, LIMIT)
    }
    case COMPRESSION.zstd:
      return (await import('./decompress-zstd.js')).zstdDecompressor(LIMIT)
    default:
      throw new RangeError(`Kafka has no compression of kind ${code}`)
  }
}
