import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import { Script } from 'node:vm'

export interface ChunkLoader {
  /** What `require(path)` gives, for an absolute path below `folder`. */
  load(path: string): unknown
  /** Whether a chunk ran that V8 had to compile from its source. */
  readonly compiledAny: () => boolean
  /** What V8 has compiled by now, of every chunk that was loaded. */
  compiledCode(): Map<string, Buffer>
}

interface Chunk {
  readonly exports: unknown
}

/**
 * Loads the CommonJS files below `folder`, and what they require from there, with the code that V8 compiled in an earlier run.
 * Everything else is left to Node.
 */
export function openChunkLoader(folder: string, compiled: ReadonlyMap<string, Buffer>): ChunkLoader {
  const nodeRequire = createRequire(join(folder, 'start.js'))
  const importer = join(folder, 'import.js')
  const chunks = new Map<string, Chunk>()
  const scripts = new Map<string, Script>()
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
    const cachedData = compiled.get(name)
    // The build writes nothing but ASCII, and a Latin-1 string is taken over by V8 as it is.
    const source = `(function(exports,require,module,__filename,__dirname){${readFileSync(path, 'latin1')}\n})`
    const script = new Script(source, {
      filename: path,
      ...(cachedData && { cachedData })
    })
    if (!cachedData || script.cachedDataRejected) compiledAny = true
    scripts.set(name, script)
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
    compiledCode: () => new Map([...scripts].map(([name, script]) => [name, script.createCachedData()]))
  }
}
