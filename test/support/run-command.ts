import { fileURLToPath } from 'node:url'
import { Config } from '@oclif/core'
import type { BaseCommand } from '../../src/cli/base-command.js'
import type { Transports } from '../../src/core/protocol.js'
import { MemoryIo } from './memory-io.js'

type CommandClass = new (argv: string[], config: Config) => BaseCommand

const root = fileURLToPath(new URL('../..', import.meta.url))
let config: Promise<Config> | undefined

/** Runs a command class in this process with `io`, which then has the exit code and the outputs. */
export async function runCommand(
  Command: CommandClass,
  argv: string[],
  world: MemoryIo,
  transports?: Transports
): Promise<void> {
  config ??= Config.load({ root })
  const command = new Command(argv, await config)
  command.id ??= Command.name.toLowerCase()
  command.io = world
  if (transports !== undefined) command.transports = transports
  await (command as unknown as { _run(): Promise<void> })._run()
}

/** Runs a command to its end, and returns what a script sees of it. */
export async function outcomeOf(
  Command: CommandClass,
  argv: string[],
  options: ConstructorParameters<typeof MemoryIo>[0] = {},
  transports?: Transports
): Promise<{ stdout: string; stderr: string; exitCode: number }> {
  const world = new MemoryIo(options)
  await runCommand(Command, argv, world, transports)
  return { stdout: world.stdout.text, stderr: world.stderr.text, exitCode: world.exitCode }
}
