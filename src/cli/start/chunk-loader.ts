import { readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import { Script } from 'node:vm'
import type { CompiledChunk } from './code-cache.js'

export interface ChunkLoader {
  /** What `require(path)` gives, for an absolute path below `folder`. */
  load(path: string): unknown
  /** Whether a chunk ran that V8 had to compile from its source. */
  readonly compiledAny: () => boolean
  /** What V8 has compiled by now, of every chunk that was loaded. */
  compiledCode(): Map<string, CompiledChunk>
}

const opening = Buffer.from('(function(exports,require,module,__filename,__dirname){')
const closing = Buffer.from('\n})')

interface Chunk {
  readonly exports: unknown
}

/**
 * Loads the CommonJS files below `folder`, and what they require from there, with the code that V8 compiled in an earlier run.
 * Everything else is left to Node.
 */
export function openChunkLoader(folder: string, compiled: ReadonlyMap<string, CompiledChunk>): ChunkLoader {
  const nodeRequire = createRequire(join(folder, 'start.js'))
  const importer = join(folder, 'import.js')
  const chunks = new Map<string, Chunk>()
  const scripts = new Map<string, { script: Script; file: Omit<CompiledChunk, 'code'> }>()
  let compiledAny = false

  function load(path: string): unknown {
    const known = chunks.get(path)
    if (known) return known.exports
    const chunk = { exports: {} }
    chunks.set(path, chunk)
    try {
      compile(path)(chunk.exports, requireFrom(dirname(path)), chunk, path, dirname(path))
    } catch (error) {
      chunks.delete(path)
      throw error
    }
    return chunk.exports
  }

  function compile(path: string) {
    const name = path.slice(folder.length + 1)
    const { size, mtimeMs } = statSync(path)
    const known = compiled.get(name)
    // One file with all sources is read in less time than it takes to open thirty.
    const kept = known?.size === size && known.mtimeMs === mtimeMs ? known : undefined
    // Kept as V8 wants it: putting half a megabyte between brackets here would make V8 copy it and collect garbage.
    const source = kept?.source ?? Buffer.concat([opening, readFileSync(path), closing])
    // The build writes nothing but ASCII, and a Latin-1 string is taken over by V8 as it is.
    const text = source.toString('latin1')
    const script = new Script(text, { filename: path, ...(kept && { cachedData: kept.code }) })
    if (!kept || script.cachedDataRejected) compiledAny = true
    scripts.set(name, { script, file: { size, mtimeMs, source } })
    return script.runInThisContext()
  }

  function requireFrom(parent: string) {
    const requireHere = (request: string): unknown => {
      const path = request.startsWith('.') ? join(parent, request) : request
      const isChunk = path.startsWith(folder + sep) && path.endsWith('.js') && path !== importer
      return isChunk ? load(path) : nodeRequire(path)
    }
    return Object.assign(requireHere, nodeRequire)
  }

  return {
    load,
    compiledAny: () => compiledAny,
    compiledCode: () =>
      new Map(
        [...scripts].map(([name, { script, file }]) => [name, { ...file, code: script.createCachedData() }])
      )
  }
}
