import { join } from 'node:path'
import type { PJSON } from '@oclif/core/interfaces'
import { printPreparedText } from './prepared-text.js'

/** What the build knows (esbuild.config.js). */
declare const built: {
  /** A digest of the chunks. */
  readonly id: string
  /** Their ids, such as `broker:status`. */
  readonly commands: readonly string[]
  readonly packageJson: PJSON
}

const args = process.argv.slice(2)
const { packageJson, commands: ownCommands, id } = built

if (!printPreparedText(args, { folder: join(__dirname, 'help'), version: String(packageJson.version) })) {
  const place = { root: join(__dirname, '..'), packageJson, ownCommands }
  void import('./start-program.js').then(({ startProgram }) =>
    startProgram(args, { id, dist: __dirname, nodeRequire: require, place })
  )
}
