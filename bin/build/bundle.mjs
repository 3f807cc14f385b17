// Builds what is published: `dist/` holds one CommonJS file per command, and chunks for what commands share or load on demand. The format
// is CommonJS, because an ES module as entry costs 10 % of `node -e 0` on Node 20.

import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, posix, relative } from 'node:path'
import { rolldown } from 'rolldown'
import { asciiOnly } from './ascii-only.mjs'
import { noticeOf } from './notice.mjs'
import { oclifPlugins } from './oclif-plugins.mjs'
import { plainExports } from './plain-exports.mjs'
import { quickStart } from './quick-start.mjs'
import { rarelyUsed, rarelyUsedEntry } from './rarely-used.mjs'

const outdir = 'dist'
const { oclif, ...packageJson } = JSON.parse(await readFile('package.json', 'utf8'))
const { name, version, description, dependencies, type } = packageJson

/**
 * What users install beside the program: LevelDB, which is native. oclif alone would load the others, where a plug-in of the user's is
 * written in TypeScript.
 */
const external = [...Object.keys(dependencies), 'typescript', 'tsx', 'ts-node']

const shared = {
  platform: 'node',
  // The sources import `./other.js`, as Node does, where the file is `./other.ts`.
  resolve: {
    extensionAlias: { '.js': ['.ts', '.js'] },
    // @bufbuild/cel brings a copy of re2js, for a function that src/filter/ replaces.
    alias: { '@bufbuild/re2': 're2js' }
  }
}
const output = {
  format: 'cjs',
  // Names stay, so that a stack trace can be read.
  minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
  comments: { legal: true, annotation: false, jsdoc: false }
}

/** What commands that connect load before they know the protocol. */
const CONNECT =
  /[\\/]src[\\/](?:operations[\\/](?:publication|subscribe|delivery-failures|failure-precedence)|transport[\\/][^\\/]+)\.ts$/
/** What the MQTT client and the embedded broker share. */
const MQTT_WIRE =
  /mqtt[\\/](?:channel-grammar|reason-codes|exchange[\\/](?:frame-splitter|property-writer))\.ts$/
/** What every connection loads, and TCP, which most use. */
const NETWORK =
  /[\\/]transport[\\/](?:clock|connecting|exchange|sockets[\\/](?:open-socket|prepare-sockets|tcp))/

const commands = (await readdir('src/commands', { recursive: true })).filter((file) => file.endsWith('.ts'))
const entries = [
  'cli/run-tidings.ts',
  'cli/tell-output-failure.ts',
  'cli/help/tidings-help.ts',
  'ui/help/topic-text.ts',
  // The local broker in the background is a process of its own.
  'transport/embedded/local-daemon.ts',
  ...commands.map((file) => posix.join('commands', file.replaceAll('\\', '/')))
]

await rm(outdir, { recursive: true, force: true })
const program = await rolldown({
  ...shared,
  input: {
    ...Object.fromEntries(entries.map((file) => [file.replace(/\.ts$/, ''), `src/${file}`])),
    ...Object.fromEntries(
      Object.entries(oclifPlugins).map(([entry, file]) => [entry, join('node_modules', file)])
    ),
    'chunks/rarely-used': rarelyUsedEntry
  },
  external,
  transform: { target: 'node20.19' },
  plugins: [rarelyUsed(), quickStart(), plainExports(), asciiOnly()]
})
const { output: chunks } = await program.write({
  ...output,
  dir: outdir,
  exports: 'named',
  entryFileNames: '[name].js',
  // File names have no digest: Node's compile cache knows a file by its name, and would keep the files of every version for ever.
  chunkFileNames: 'chunks/[name].js',
  // Each file that is loaded costs 0.3 ms: its name is resolved, and its code is read and compiled. With these groups a publish loads 13
  // files and not 21, in 0.98 of the time on Node 24 and 0.95 on Node 20. The broker in the background needs `core` and `mqtt-wire` alone,
  // `common` brings oclif, and only what connects needs the others. Profiles are loaded where there are any, and colours, which need chalk, where something is shown in them.
  codeSplitting: {
    groups: [
      {
        name: 'core',
        test: /[\\/]src[\\/]core[\\/](?!(?:profile|catalogue)[\\/])|^\0debug:/,
        minShareCount: 5
      },
      {
        name: 'common',
        test: /[\\/]src[\\/](?:cli|ui)[\\/](?!profile[\\/]|profile-report|theme|help[\\/]|completion[\\/])/,
        minShareCount: 3
      },
      { name: 'connect', test: CONNECT, minShareCount: 2 },
      { name: 'mqtt', test: /[\\/]transport[\\/]mqtt[\\/]mqtt\.ts$/ },
      { name: 'mqtt-wire', test: MQTT_WIRE },
      { name: 'network', test: NETWORK },
      {
        name: 'mqtt-connection',
        test: /[\\/]transport[\\/]mqtt[\\/](?:open-mqtt-connection|mqtt-rotation)\.ts$/
      }
    ]
  }
})
await writeFile(join(outdir, 'package.json'), '{"type":"commonjs"}\n')

// Completion runs at each press of TAB: it shares no file with the commands, because those files hold far more than it needs.
const completion = await rolldown({
  ...shared,
  input: 'src/cli/completion/complete.ts',
  transform: { target: 'node20.19' }
})
const { output: completing } = await completion.write({
  ...output,
  file: join(outdir, 'cli', 'completion', 'complete.js')
})

/** The sources of each file, for tests. */
const madeOf = Object.fromEntries([
  ...chunks.map(({ fileName, moduleIds }) => [fileName, moduleIds]),
  ...completing.map(({ fileName, moduleIds }) => [`cli/completion/${fileName}`, moduleIds])
])
await writeFile(join(outdir, 'made-of.json'), JSON.stringify(madeOf))

const start = await rolldown({
  ...shared,
  input: 'src/cli/start/start.ts',
  transform: {
    target: 'node20.19',
    define: {
      built: JSON.stringify({
        commands: commands.map(commandId),
        packageJson: { name, version, description, type, dependencies, oclif }
      })
    }
  },
  plugins: [
    {
      name: 'files-of-the-program',
      resolveId: {
        filter: { id: /\/(?:run-tidings|tell-output-failure|topic-text|complete)\.js$/ },
        handler: (source, importer) => ({
          id: `./${posix.relative('src', posix.join(posix.dirname(relative('.', importer)), source))}`,
          external: true
        })
      }
    }
  ]
})
await start.write({ ...output, file: join(outdir, 'start.js'), dynamicImportInCjs: false })
await writeFile('NOTICE', await noticeOf(chunks.flatMap(({ moduleIds }) => moduleIds)))

/** `broker/status.ts` is `broker:status`, `broker/index.ts` is `broker`. */
function commandId(file) {
  return file.replace(/(?:[\\/]index)?\.ts$/, '').replaceAll(/[\\/]/g, ':')
}
