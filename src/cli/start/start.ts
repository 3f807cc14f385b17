import { join } from 'node:path'
import type { PJSON } from '@oclif/core/interfaces'
import { printPreparedText } from './prepared-text.js'
import { printText } from './print-text.js'
import { printTopic } from './print-topic.js'
import { withFullName } from './short-names.js'
import { startProgram } from './start-program.js'

/** Constants that the build sets (bin/build/bundle.mjs). */
declare const built: {
  /** The ids of all commands, such as `broker:status`. */
  readonly commands: readonly string[]
  readonly packageJson: PJSON
}

const args = withFullName(process.argv.slice(2))
const { packageJson, commands } = built
const texts = { folder: join(__dirname, 'help'), version: String(packageJson.version), commands }

if (args[0] === 'complete') {
  void import('../completion/complete.js').then(({ complete }) =>
    printText(complete(args.slice(1), join(__dirname, 'completion.json')))
  )
} else if (!printTopic(args, join(texts.folder, 'topics')) && !printPreparedText(args, texts)) {
  startProgram(args, {
    root: join(__dirname, '..'),
    packageJson,
    ownCommands: commands,
    loadCommand: (id) => require(join(__dirname, 'commands', ...id.split(':'))).default
  })
}
