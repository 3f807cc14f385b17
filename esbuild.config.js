// Builds what is published: `dist/` holds one CommonJS file per command and chunks for what they share or load on demand.
// esbuild splits only ES modules, and V8's code cache (src/cli/start/) wants scripts; hence two passes.

import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, posix, relative } from 'node:path'
import { build, transform } from 'esbuild'
import { quickStart } from './esbuild.quick-start.js'

const outdir = 'dist'

/** Native or loading files of their own beside them: these stay in node_modules. */
const external = ['level', 'classic-level', 'typescript', 'tsx', 'ts-node']

const commands = (await readdir('src/commands', { recursive: true })).filter((file) => file.endsWith('.ts'))

const { metafile, outputFiles } = await build({
  entryPoints: [
    'src/cli/run-tidings.ts',
    'src/cli/tell-output-failure.ts',
    // The local broker in the background is a process of its own.
    'src/transport/embedded/local-daemon.ts',
    ...commands.map((file) => `src/commands/${file}`)
  ],
  outbase: 'src',
  outdir,
  entryNames: '[dir]/[name]',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external,
  // In a CommonJS file there is no import.meta; each use reads the file's own path instead.
  define: { 'import.meta.url': '__fileUrl' },
  legalComments: 'linked',
  minifySyntax: true,
  minifyWhitespace: true,
  charset: 'ascii',
  plugins: [quickStart],
  metafile: true,
  write: false
})

await rm(outdir, { recursive: true, force: true })
const contents = createHash('sha256')
for (const file of outputFiles) {
  const path = relative('.', file.path)
  await mkdir(dirname(path), { recursive: true })
  const code = path.endsWith('.js') ? await toCommonJs(file.text, path) : file.contents
  contents.update(path).update(code)
  await writeFile(path, code)
}
await writeFile(join(outdir, 'package.json'), '{"type":"commonjs"}\n')
await writeFile(
  join(outdir, 'import.js'),
  `exports.ofNode = (specifier) => import(specifier)
exports.ofRequired = async (load) => {
  const found = load()
  // As Node does it: what a CommonJS module exports is its default and gives the names, too.
  if (found.__esModule && !(Object.keys(found).length === 1 && found.default instanceof Object)) return found
  const main = found.__esModule ? found.default : found
  return { ...main, default: main }
}
`
)

const { oclif, ...packageJson } = JSON.parse(await readFile('package.json', 'utf8'))
const { name, version, dependencies, type } = packageJson
await build({
  entryPoints: ['src/cli/start/start.ts'],
  outfile: join(outdir, 'start.js'),
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true,
  charset: 'ascii',
  // V8 compiles this file anew at each start: what is hardly ever needed is a chunk.
  plugins: [
    {
      name: 'chunks-of-start',
      setup({ onResolve }) {
        onResolve({ filter: /\/tell-output-failure\.js$/ }, () => ({
          path: './cli/tell-output-failure.js',
          external: true
        }))
      }
    }
  ],
  define: {
    built: JSON.stringify({
      id: contents.digest('hex').slice(0, 16),
      commands: commands.map(commandId),
      packageJson: { name, version, type, dependencies, oclif }
    })
  }
})
await writeFile(join(outdir, 'metafile.json'), JSON.stringify(metafile))

/** Per command, what is loaded before it does anything: its chunks become one script (src/cli/start/chunk-loader.ts). */
const together = {}
for (const command of ['other', ...commands]) {
  const names = new Set()
  addWithImports(`${outdir}/cli/run-tidings.js`, names)
  if (command !== 'other') addWithImports(`${outdir}/commands/${command.replace(/ts$/, 'js')}`, names)
  together[command === 'other' ? command : commandId(command)] = [...names].map((path) =>
    posix.relative(outdir, path)
  )
}
await writeFile(join(outdir, 'together.json'), JSON.stringify(together))

function addWithImports(output, names) {
  if (names.has(output)) return
  for (const { path, kind, external } of metafile.outputs[output].imports) {
    if (kind === 'import-statement' && !external) addWithImports(path, names)
  }
  names.add(output)
}

/** `broker/status.ts` is `broker:status`, `broker/index.ts` is `broker`. */
function commandId(file) {
  return file.replace(/(?:[\\/]index)?\.ts$/, '').replaceAll(/[\\/]/g, ':')
}

/**
 * Whether what a module exports never changes, so that it can be taken over once: so it is with Node's modules and with ours. esbuild
 * would ask for each name by a getter each time (an eighth of the time of `publish --json`), and copy Node's modules member by
 * member, some of which load others when they are looked at (2 ms).
 */
function isConstant(module, importer) {
  if (module.startsWith('node:')) return true
  return isOurs(posix.join(dirname(importer), module))
}

function isOurs(path) {
  const inputs = metafile.outputs[path]?.inputs
  return inputs !== undefined && Object.keys(inputs).every((input) => input.startsWith('src/'))
}

/**
 * Chunks ask for one another, at start or on demand, with `require`, which the code cache serves; so they do for LevelDB, which is opened
 * before anything else is read. `import()` of anything else goes through a file that V8 compiles itself: on Node 20 a script from a code
 * cache cannot import (ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING).
 */
async function toCommonJs(text, path) {
  const imports = JSON.stringify(
    posix.relative(dirname(path), `${outdir}/import.js`).replace(/^(?!\.)/, './')
  )
  const lazy = text
    .replace(
      /(?<![.\w$])import\(("(?:\.{1,2}\/|node:|level)[^"]*")\)/g,
      `require(${imports}).ofRequired(() => require($1))`
    )
    .replace(/(?<![.\w$])import\((?!\))/g, `require(${imports}).ofNode(`)
  const plain = lazy.replace(
    /(?<=^|[;}\n])import(?: ([\w$]+))?,?(?:\*as ([\w$]+))?(?:\{([^}]*)\})? ?from"([^"]+)";/g,
    (statement, whole, all, names, module) =>
      isConstant(module, path)
        ? [whole, all, names && `{${names.replaceAll(' as ', ':')}}`]
            .filter(Boolean)
            .map((to) => `const ${to}=require("${module}");`)
            .join('')
        : statement
  )
  // Values instead of getters, and none of the functions that make them: 60 kB less of a heap in which V8 collects garbage at 1 MB.
  const given = isOurs(path)
    ? plain.replace(
        /(?<=^|[;}\n])export\{([^}]*)\};/g,
        (_, names) =>
          `Object.defineProperty(exports,"__esModule",{value:!0});${names.replaceAll(/([\w$]+)(?: as ([\w$]+))?,?/g, (__, name, as = name) => `exports.${as}=${name};`)}`
      )
    : plain
  const banner = lazy.includes('__fileUrl')
    ? 'const __fileUrl=require("node:url").pathToFileURL(__filename).href;'
    : ''
  const { code } = await transform(banner + given, {
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    charset: 'ascii',
    minifySyntax: true,
    minifyWhitespace: true
  })
  return code
}
