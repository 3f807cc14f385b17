import { createRequire } from 'node:module'
import { RARELY_USED_FILE } from './rarely-used.mjs'

/**
 * Removes, while bundling, work that oclif does at start-up and that no run of tidings uses. Each edit says what share of the processor
 * time of a run it saves, measured in pairs of runs with and without the edit. The build fails where a text that this file replaces is
 * missing, so that an update of a library cannot lose an edit silently.
 */
const edits = [
  {
    file: 'index.js',
    // oclif loads semver to compare the Node version with a range wider than ours. npm has compared it already: 11 % of a usage error on
    // Node 20, 4 % on Node 24.
    from: /^checkNodeVersion\(\);$/m,
    to: ''
  },
  {
    file: 'config/plugin.js',
    // The first localeCompare of a process loads the collation tables: 11 % of an unknown command. Command ids are ASCII.
    from: /a\.id\.localeCompare\(b\.id\)/,
    to: '(a.id < b.id ? -1 : 1)'
  },
  {
    file: 'util/os.js',
    // oclif loads child_process and code for PowerShell and containers to find out what the kernel's name tells: 9 % of an unknown command.
    from: /\(await import\('wsl-utils'\)\)\.isWsl/,
    to: "(0, node_os_1.release)().toLowerCase().includes('microsoft')"
  },
  {
    file: 'command.js',
    // oclif opens stdout, even for a command that never writes to it: 5 % of a usage error. The listener moves to where oclif writes.
    from: /^process\.stdout\.on\('error', \(err\) => \{[\s\S]*?^\}\);$/m,
    to: ''
  },
  {
    file: 'ux/write.js',
    from: /^const stdout = \(str, \.\.\.args\) => \{$/m,
    to: `let watched = false;
const ignoreClosedPipe = (error) => {
    if (error.code !== 'EPIPE') throw error;
};
$&
    if (!watched) process.stdout.on('error', ignoreClosedPipe);
    watched = true;`
  }
]

/** What a module is replaced by, given the file that it is in. */
const standIns = {
  // mqtt.js brings the streams of an old Node. The package itself gives Node's own when READABLE_STREAM=disable is set: 7 % of a publish.
  'readable-stream': () => "module.exports = require('node:stream')",
  // worker-timers is five packages and 44 kB for timers in a browser. In Node, mqtt.js takes the plain timers.
  'worker-timers': () => 'module.exports = { setInterval, clearInterval }',
  // 55 kB for topic aliases of mqtt.js, and with them perf_hooks: 2 % of a publish. tidings chooses aliases itself, but mqtt.js makes its table.
  'lru-cache': () => `
module.exports.LRUCache = class {
  #values = new Map()
  get size() { return this.#values.size }
  get(key) {
    const value = this.#values.get(key)
    if (value !== undefined) this.set(key, value)
    return value
  }
  set(key, value) {
    this.#values.delete(key)
    this.#values.set(key, value)
  }
  clear() { this.#values.clear() }
  keys() { return [...this.#values.keys()].reverse() }
}
`,
  // debug examines terminals and colours as soon as it is loaded: 8 % of a usage error. Without DEBUG it prints nothing.
  // It is in the file that rarely-used.mjs makes.
  debug: () => `
const quiet = Object.assign(() => {}, { enabled: false, extend: () => quiet, destroy: () => true })
const create = Object.assign(() => quiet, { enable() {}, disable: () => '', enabled: () => false })
module.exports = process.env.DEBUG ? require(${JSON.stringify(RARELY_USED_FILE)}).debug : create
`
}

/** The stand-in for lru-cache does what mqtt.js asks of it, and no more. */
const MQTT = /[\\/]mqtt[\\/]build[\\/]/
const oclif = /@oclif[\\/]core[\\/]lib[\\/](.*\.js)$/
/** How tsc writes an import, in oclif's files. */
const imported = /^(?:const|var) (\w+_\d+) = (.*\brequire\(.+\));$/gm

/** The plug-in for rolldown that makes these edits. */
export function quickStart() {
  const unmet = new Set([...edits, ...Object.keys(standIns), imported])

  function edited(file, code) {
    const found = edits.filter((edit) => edit.file === file && edit.from.test(code))
    for (const edit of found) unmet.delete(edit)
    return found.reduce((text, { from, to }) => text.replace(from, to), code)
  }

  return {
    name: 'quick-start',

    resolveId(name, importer) {
      if (!Object.hasOwn(standIns, name)) return undefined
      if (name === 'lru-cache' && !MQTT.test(importer)) return undefined
      unmet.delete(name)
      return `\0${name}:${createRequire(importer).resolve(name)}`
    },

    load(id) {
      const [, name, file] = /^\0([^:]+):(.*)$/s.exec(id) ?? []
      return Object.hasOwn(standIns, name ?? '') ? standIns[name](file) : undefined
    },

    transform(code, id) {
      const [, file] = oclif.exec(id) ?? []
      if (file === undefined) return undefined
      if (code.match(imported)) unmet.delete(imported)
      return requireOnUse(edited(file.replaceAll('\\', '/'), code))
    },

    buildEnd() {
      for (const what of unmet)
        this.error(`not found, so look at it anew: ${what.from ?? what} (${what.file ?? 'quick-start.mjs'})`)
    }
  }
}

/**
 * Loads what a file of oclif requires at its first use, not when the file is loaded, as Babel's `lazy` option does. A glob library,
 * child_process, readline and perf_hooks took 38 % of a usage error. What is imported as `name_1` is used as `name_1.member`.
 */
function requireOnUse(code) {
  const names = []
  const declared = code.replace(imported, (_, name, expression) => {
    names.push(name)
    return `const @${name} = () => ${expression};`
  })
  const used = names.reduce(
    (text, name) => text.replaceAll(new RegExp(`(?<![@\\w$.])${name}\\b`, 'g'), `(${name}())`),
    declared
  )
  return used
    .replaceAll('const @', 'const ')
    .replaceAll(
      /^exports\.(\w+) = (__importStar\(require\(.+\)\));$/gm,
      'Object.defineProperty(exports, "$1", { enumerable: true, get: () => $2 });'
    )
}
