import { join } from 'node:path'
import type { PJSON } from '@oclif/core/interfaces'
import { printPreparedText } from './prepared-text.js'
import { printTopic } from './print-topic.js'
import { startProgram } from './start-program.js'

/** Constants that the build sets (bin/build/bundle.mjs). */
declare const built: {
  /** The ids of all commands, such as `broker:status`. */
  readonly commands: readonly string[]
  readonly packageJson: PJSON
}

const args = process.argv.slice(2)
const { packageJson, commands } = built
const texts = { folder: join(__dirname, 'help'), version: String(packageJson.version), commands }

if (!printTopic(args, join(texts.folder, 'topics')) && !printPreparedText(args, texts)) {
  startProgram(args, {
    root: join(__dirname, '..'),
    packageJson,
    ownCommands: commands,
    loadCommand: (id) => require(join(__dirname, 'commands', ...id.split(':'))).default
  })
}
