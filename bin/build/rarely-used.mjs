import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/**
 * What plug-ins of the user's, themes and help on a terminal alone need: files of oclif, by their paths in it, and packages that it loads.
 * They are in a file of their own, which is loaded when it is first asked for: 7 % of a usage error, on Node 20 11 %. quick-start.mjs has
 * oclif ask late.
 */
const RARELY_USED = [
  'config/plugin.js',
  'config/plugin-loader.js',
  'config/ts-path.js',
  'constraints.js',
  'errors/errors/pretty-print.js',
  'errors/handle.js',
  'execute.js',
  'help/index.js',
  'main.js',
  'module-loader.js',
  'performance.js',
  'util/os.js',
  'ux/index.js',
  'cli-spinners',
  'ejs',
  'lilconfig',
  'string-width',
  'widest-line',
  'wrap-ansi'
]

/** The entry of that file. */
export const rarelyUsedEntry = '\0rarely-used'
/** As its neighbours name it. */
export const RARELY_USED_FILE = './rarely-used.js'

const core = createRequire(import.meta.url).resolve('@oclif/core')
const requireFromCore = createRequire(core)

/** The path of a file in oclif; undefined for another file. */
function pathInOclif(file) {
  return /@oclif[\\/]core[\\/]lib[\\/](.*\.js)$/.exec(file)?.[1].replaceAll('\\', '/')
}

/** The plug-in for rolldown. A build fails where oclif no longer asks for one of these. */
export function rarelyUsed() {
  const unmet = new Set(RARELY_USED)

  /** What a file asks for, as RARELY_USED names it; undefined for what is often used. */
  function rareName(name, importer) {
    const asking = importer && pathInOclif(importer)
    if (asking === undefined || RARELY_USED.includes(asking)) return undefined
    const wanted = name.startsWith('.') ? pathInOclif(createRequire(importer).resolve(name)) : name
    return RARELY_USED.includes(wanted) ? wanted : undefined
  }

  return {
    name: 'rarely-used',

    resolveId(name, importer) {
      if (name === rarelyUsedEntry) return name
      if (name === RARELY_USED_FILE) return { id: name, external: true }
      if (importer === rarelyUsedEntry)
        return name.endsWith('.js') ? join(dirname(core), name) : requireFromCore.resolve(name)
      const rare = rareName(name, importer)
      unmet.delete(rare)
      return rare && `\0rare:${rare}`
    },

    load(id) {
      if (id === rarelyUsedEntry) {
        // `debug` is asked for by what quick-start.mjs puts in its place.
        const getters = [...RARELY_USED, 'debug'].map(
          (name) => `get '${name}'() { return require('${name}') }`
        )
        return `module.exports = { ${getters} }`
      }
      return id.startsWith('\0rare:')
        ? `module.exports = require('${RARELY_USED_FILE}')['${id.slice(6)}']`
        : undefined
    },

    generateBundle(_options, bundle) {
      for (const name of unmet) this.error(`not asked for by oclif, so look at it anew: ${name}`)
      for (const { fileName, moduleIds = [] } of Object.values(bundle))
        if (moduleIds.some((id) => id.startsWith('\0rare:')) && !fileName.startsWith('chunks/'))
          this.error(`${fileName} cannot load chunks/${RARELY_USED_FILE} as its neighbour`)
    }
  }
}
