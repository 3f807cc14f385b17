import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'

/**
 * What oclif spends at start-up on things that a run of a known command does not use, taken out while bundling. Each edit is
 * measured (milliseconds on Node 20, of 65 for `node -e 0`) and must find its text, so that an update of oclif cannot lose it silently.
 */
const edits = [
  {
    file: 'index.js',
    // 4 ms of semver for a range wider than ours, which npm has compared already.
    from: /^checkNodeVersion\(\);$/m,
    to: ''
  },
  {
    file: 'config/plugin.js',
    // 9 ms: the first localeCompare of a process loads the collation tables. Command ids are ASCII.
    from: /a\.id\.localeCompare\(b\.id\)/,
    to: '(a.id < b.id ? -1 : 1)'
  },
  {
    file: 'config/plugin.js',
    // 2 ms of JSON about flags and other commands: esbuild.prepared.js writes a small manifest per command, src/cli/run-tidings.ts names it.
    from: /\(0, node_path_1\.join\)\(this\.root, `\$\{dotfile \? '\.' : ''\}oclif\.manifest\.json`\)/,
    to: '(this.pjson.oclif.manifest ?? $&)'
  },
  {
    file: 'module-loader.js',
    // It reads package.json for commands that are in no manifest.
    from: /^const getPackageType = require\('get-package-type'\);$/m,
    to: "const getPackageType = { sync: (path) => require('get-package-type').sync(path) };"
  },
  {
    file: 'util/fs.js',
    // An error that nobody sees, each time that a user has chosen no colours.
    from: /^async function safeReadJson\(path, useCache = true\) \{$/m,
    to: '$& if (!(0, node_fs_1.existsSync)(path)) return;'
  },
  {
    file: 'util/os.js',
    // 3 ms of child_process, PowerShell and containers, to ask for what the kernel's name tells, too.
    from: /\(await import\('wsl-utils'\)\)\.isWsl/,
    to: "(0, node_os_1.release)().toLowerCase().includes('microsoft')"
  },
  {
    file: 'command.js',
    // 3 ms of streams for a stdout that a command of ours may never write to; its listener moves to where oclif writes.
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
  },
  {
    file: 'util/fs.js',
    // 2 ms and a trip through the thread pool per file: nothing else is there to be done meanwhile.
    from: /\(0, promises_1\.readFile\)\(path, 'utf8'\)/,
    to: "node_fs_1.readFileSync(path, 'utf8')"
  }
]

/** What mqtt.js loads for browsers and old versions of Node, by its name in `require`: 10 ms together. */
const replaced = {
  // Node's own streams, as the package itself does it when READABLE_STREAM=disable is set.
  'readable-stream': "module.exports = require('node:stream')",
  // Timers in a web worker; in Node mqtt.js takes the plain ones.
  'worker-timers': 'module.exports = { setInterval, clearInterval }',
  // It asks for the global `navigator`, which Node 24 loads when asked.
  './is-browser': 'exports.default = false; exports.isWebWorker = false; exports.isReactNativeBrowser = false'
}

/**
 * What oclif needs for plug-ins, themes and help on a terminal alone stays in node_modules, beside oclif: 200 kB less for V8 to be
 * handed at each start, 1 ms.
 */
const rarelyUsed = [
  'cli-spinners',
  'ejs',
  'lilconfig',
  'minimatch',
  'string-width',
  'tinyglobby',
  'widest-line',
  'wrap-ansi'
]

const fromOclif = (name) =>
  `const { createRequire } = require('node:module');
  module.exports = createRequire(createRequire(__filename).resolve('@oclif/core'))('${name}')`

/** `debug` looks at terminals and colours as soon as it is loaded (4 ms); without DEBUG it would say nothing. */
const debugOnDemand = `
const quiet = Object.assign(() => {}, { enabled: false, extend: () => quiet, destroy: () => true })
const create = Object.assign(() => quiet, { enable() {}, disable: () => '', enabled: () => false })
module.exports = process.env.DEBUG ? require('./index.js') : create
`

const named = (names) => new RegExp(`^(?:${names.join('|')})$`)

export const quickStart = {
  name: 'quick-start',
  setup({ onLoad, onResolve, onEnd }) {
    const pending = new Set(edits)
    onLoad({ filter: /@oclif[\\/]core[\\/]lib[\\/].*\.js$/, namespace: 'file' }, async ({ path }) => {
      let contents = await readFile(path, 'utf8')
      for (const edit of edits) {
        if (!path.replaceAll('\\', '/').endsWith(`core/lib/${edit.file}`) || !edit.from.test(contents))
          continue
        contents = contents.replace(edit.from, edit.to)
        pending.delete(edit)
      }
      return { contents: requireOnUse(contents), loader: 'js' }
    })
    onEnd(() => ({
      errors: [...pending].map(({ file }) => ({
        text: `@oclif/core/lib/${file} has changed: look at its edit anew`
      }))
    }))

    onResolve({ filter: named(Object.keys(replaced)) }, ({ path }) => ({ path, namespace: 'replaced' }))
    onLoad({ filter: /.*/, namespace: 'replaced' }, ({ path }) => ({ contents: replaced[path] }))
    onResolve({ filter: named(rarelyUsed), namespace: 'file' }, ({ path, importer }) =>
      /@oclif[\\/]core[\\/]/.test(importer) ? { path, namespace: 'rarely-used' } : undefined
    )
    onLoad({ filter: /.*/, namespace: 'rarely-used' }, ({ path }) => ({ contents: fromOclif(path) }))
    // The first look at `performance` loads 3 ms of a module; `Date` is what lru-cache takes where there is none.
    onLoad({ filter: /lru-cache[\\/].*[\\/]index\.js$/ }, async ({ path }) => ({
      contents: `const performance = Date;${await readFile(path, 'utf8')}`
    }))

    onResolve({ filter: /^debug$/, namespace: 'file' }, ({ importer }) => ({
      path: createRequire(importer).resolve('debug'),
      namespace: 'debug-on-demand'
    }))
    onLoad({ filter: /.*/, namespace: 'debug-on-demand' }, ({ path }) => ({
      contents: debugOnDemand,
      resolveDir: dirname(path)
    }))
  }
}

/**
 * Loads what a file of oclif asks for when it is first used, not when the file is loaded, as Babel's `lazy` option does it: half of the
 * start-up went into a glob library, child_process, readline, perf_hooks. The files are tsc's output, where an import is always
 * `const name_1 = require(...)` and used as `name_1.member`.
 */
function requireOnUse(source) {
  const names = []
  const declared = source.replace(
    /^(?:const|var) (\w+_\d+) = (.*\brequire\(.+\));$/gm,
    (_, name, expression) => {
      names.push(name)
      return `const @${name} = () => ${expression};`
    }
  )
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
