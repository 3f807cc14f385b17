import { TidingsError } from '../../core/errors.js'

/** Compressed bytes are unpacked in pieces of this size, because a piece can grow up to a thousandfold. */
const PIECE = 16 * 1024

const FOLLOWED = 'followed by other bytes'
const MAGIC = [0x1f, 0x8b]

/** Whether bytes begin with the magic number of gzip. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === MAGIC[0] && bytes[1] === MAGIC[1]
}

/** The chunks, unpacked if they are gzip. Rejects as `gunzip` does. */
export async function* unpacked(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  const source = chunks[Symbol.asyncIterator]()
  let first = await source.next()
  // The first chunk of a pipe may be a single byte.
  while (!first.done && first.value.length < MAGIC.length) {
    const second = await source.next()
    if (second.done) break
    first = { done: false, value: Buffer.concat([first.value, second.value]) }
  }
  if (first.done) return
  const all = { [Symbol.asyncIterator]: () => withFirst(first.value, source) }
  yield* isGzip(first.value) ? gunzip(all, name) : all
}

async function* withFirst(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield first
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.()
  }
}

/**
 * Unpacks gzip with any number of members. If the file ends too early or is damaged, all bytes that can be read come first, and then the
 * rejects with a `TidingsError` of kind bad-input. Its code is `torn-gzip` where all is there up to where the file ends, or up to zeros, which
 * a loss of power leaves behind, and otherwise `damaged-gzip`.
 */
export async function* gunzip(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  // `node:zlib` takes 2 ms to load, and most recordings do not need it.
  const { createGunzip } = await import('node:zlib')
  const engine = createGunzip()
  const output: Uint8Array[] = []
  let failure: Error | undefined
  let wake: () => void = () => undefined
  engine.on('data', (bytes: Uint8Array) => output.push(bytes))
  const closed = new Promise<void>((resolve) => {
    engine.once('error', (error) => {
      failure = error
      resolve()
      wake()
    })
    engine.once('end', resolve)
  })
  const file = heldZeros(chunks)
  let size = 0
  try {
    for await (const chunk of file.pieces) {
      size += chunk.length
      for (let at = 0; at < chunk.length && failure === undefined; at += PIECE) {
        if (engine.readableEnded) break
        await new Promise<void>((resolve) => {
          wake = resolve
          engine.write(chunk.subarray(at, at + PIECE), () => resolve())
        })
        yield* output.splice(0)
      }
      if (failure !== undefined) break
    }
    if (failure === undefined && !engine.readableEnded) engine.end()
    await closed
    yield* output.splice(0)
    if (failure !== undefined) throw gzipFailure(failure, name, file.lastZeros > 0)
    if (engine.bytesWritten < size) {
      const isZeros = engine.bytesWritten >= size - file.lastZeros
      throw gzipFailure(new Error(FOLLOWED), name, isZeros)
    }
  } finally {
    engine.destroy()
  }
}

/** The same bytes, zeros at the end of the file in pieces of their own; how many these are is known once they come. */
function heldZeros(chunks: AsyncIterable<Uint8Array>) {
  const file = { lastZeros: 0, pieces: pieces() }
  async function* pieces(): AsyncGenerator<Uint8Array> {
    let zeros = 0
    for await (const chunk of chunks) {
      const end = chunk.findLastIndex((byte) => byte !== 0) + 1
      if (end > 0) {
        yield* zeroPieces(zeros)
        yield chunk.subarray(0, end)
        zeros = 0
      }
      zeros += chunk.length - end
    }
    file.lastZeros = zeros
    yield* zeroPieces(zeros)
  }
  return file
}

function* zeroPieces(count: number): Generator<Uint8Array> {
  for (let left = count; left > 0; left -= PIECE) yield new Uint8Array(Math.min(left, PIECE))
}

/** The first bytes of the file were looked at: only behind a whole member can something begin that is none. */
const isOther = ({ message }: Error) => message === FOLLOWED || message === 'incorrect header check'

function gzipFailure(cause: Error, name: string, isZeros: boolean): TidingsError {
  const endsEarly = (cause as NodeJS.ErrnoException).code === 'Z_BUF_ERROR'
  const torn = endsEarly || isZeros
  const why = endsEarly
    ? 'the compressed file ends too early'
    : isZeros
      ? 'the compressed file ends in zeros'
      : isOther(cause)
        ? 'the compressed data is followed by other bytes'
        : `the compressed file is damaged: ${cause.message}`
  return new TidingsError('bad-input', `cannot read "${name}": ${why}`, {
    code: torn ? 'torn-gzip' : 'damaged-gzip',
    suggestion: torn
      ? 'what was before is all there; "tidings record --append" repairs the file'
      : 'what was before the damage was read',
    details: { file: name, reason: why },
    cause
  })
}
