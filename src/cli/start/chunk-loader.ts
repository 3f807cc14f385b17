import { readFileSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { Script } from 'node:vm'
import type { ChunkFile, CompiledScript, KeptScript } from './code-cache.js'

export interface ChunkLoader {
  /** What `require` gives for a chunk, by its name: its path below the folder, with slashes. */
  load(name: string): unknown
  /** Whether a chunk ran that V8 had to compile from its source. */
  readonly compiledAny: () => boolean
  /** What V8 has compiled by now, of every script that was loaded. */
  compiledScripts(): CompiledScript[]
}

export interface ChunkPlace {
  /** Where the chunks are, as an absolute path. */
  readonly folder: string
  /** Loads everything else. */
  readonly nodeRequire: NodeJS.Require
  /** Names of chunks that are all needed as soon as one of them is, so that they become one script: asked when one is to be compiled. */
  readonly together: () => readonly string[]
}

type RunChunk = (
  exports: unknown,
  require: unknown,
  module: Chunk,
  __filename: string,
  __dirname: string
) => void

interface Chunk {
  readonly exports: unknown
}

const opening = Buffer.from('(function(exports,require,module,__filename,__dirname){')
const closing = Buffer.from('\n}),\n')

/**
 * Loads the CommonJS files below a folder, and what they require from there, with the code that V8 compiled in an earlier run.
 * Everything else is left to Node.
 */
export function openChunkLoader(
  { folder, nodeRequire, together }: ChunkPlace,
  compiled: readonly KeptScript[]
): ChunkLoader {
  const chunks = new Map<string, Chunk>()
  const functions = new Map<string, RunChunk>()
  const requires = new Map<string, unknown>()
  const scripts: { script: Script; of: Omit<CompiledScript, 'code'> }[] = []
  let compiledAny = false

  function load(name: string): unknown {
    const known = chunks.get(name)
    if (known) return known.exports
    const chunk = { exports: {} }
    chunks.set(name, chunk)
    try {
      const parent = name.slice(0, Math.max(name.lastIndexOf('/'), 0))
      const directory = parent === '' ? folder : `${folder}/${parent}`
      functionOf(name)(chunk.exports, requireFrom(parent), chunk, `${folder}/${name}`, directory)
    } catch (error) {
      chunks.delete(name)
      throw error
    }
    return chunk.exports
  }

  function functionOf(name: string): RunChunk {
    const known = functions.get(name)
    if (known) return known
    const kept = compiled.find((script) => script.chunks.some((chunk) => chunk.name === name))
    const script = kept?.chunks.every(isUnchanged) ? kept.read() : undefined
    compile(script ?? read(together().includes(name) ? together() : [name]))
    return functions.get(name) as RunChunk
  }

  function isUnchanged({ name, size, mtimeMs }: ChunkFile): boolean {
    const found = statSync(`${folder}/${name}`, { throwIfNoEntry: false })
    return found?.size === size && found.mtimeMs === mtimeMs
  }

  function read(names: readonly string[]): Omit<CompiledScript, 'code'> {
    const files = names.map((name) => {
      const path = `${folder}/${name}`
      const { size, mtimeMs } = statSync(path)
      return { chunk: { name, size, mtimeMs }, source: [opening, readFileSync(path), closing] }
    })
    return {
      chunks: files.map(({ chunk }) => chunk),
      source: Buffer.concat([Buffer.from('['), ...files.flatMap(({ source }) => source), Buffer.from(']')])
    }
  }

  function compile(of: Omit<CompiledScript, 'code'> & { readonly code?: Buffer }): void {
    // The build writes nothing but ASCII, and a Latin-1 string is taken over by V8 as it is.
    const text = of.source.toString('latin1')
    const [first] = of.chunks
    const filename = join(folder, of.chunks.length === 1 && first ? first.name : 'together')
    const script = new Script(text, { filename, ...(of.code && { cachedData: of.code }) })
    if (!of.code || script.cachedDataRejected) compiledAny = true
    scripts.push({ script, of })
    const run: readonly RunChunk[] = script.runInThisContext()
    of.chunks.forEach(({ name }, index) => {
      const chunk = run[index]
      if (chunk) functions.set(name, chunk)
    })
  }

  /** What chunks of the same folder have as `require`. */
  function requireFrom(parent: string): unknown {
    const known = requires.get(parent)
    if (known) return known
    const requireHere = (request: string): unknown => {
      const name = chunkName(parent, request)
      if (name === undefined) return nodeRequire(request)
      return name === 'import.js' ? nodeRequire(`${folder}/${name}`) : load(name)
    }
    requires.set(parent, Object.assign(requireHere, nodeRequire))
    return requireHere
  }

  /**
   * Relative requests are the build's: `./other.js` or `../chunks/other.js`. What `path.join` does to each character of each path is so
   * much that V8 begins to optimise it, 2 ms.
   */
  function chunkName(parent: string, request: string): string | undefined {
    if (request.startsWith(folder + sep)) return request.slice(folder.length + 1).replaceAll(sep, '/')
    if (!request.startsWith('.')) return undefined
    let below = parent
    let rest = request.startsWith('./') ? request.slice(2) : request
    while (rest.startsWith('../')) {
      below = below.slice(0, Math.max(below.lastIndexOf('/'), 0))
      rest = rest.slice(3)
    }
    return below === '' ? rest : `${below}/${rest}`
  }

  return {
    load,
    compiledAny: () => compiledAny,
    compiledScripts: () => scripts.map(({ script, of }) => ({ ...of, code: script.createCachedData() }))
  }
}
