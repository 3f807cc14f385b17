import { Args, Flags } from '@oclif/core'
import { BaseCommand, type ParsedLine } from '../../cli/base-command.js'
import { connectionFlags } from '../../cli/flags/connection.js'
import { shownSettings } from '../../cli/profile/shown-settings.js'
import { givenOf } from '../../cli/profile-flags.js'
import { formatSettings, formatSettingsJson } from '../../ui/profile-report.js'

export default class ProfileShow extends BaseCommand {
  static override summary = 'Show what a command would connect with, and where each value comes from'
  static override description =
    `A value comes from the first of: the command line, the profile that the command line names, the environment, the profile in use, the default. NAME counts as --profile NAME. Passwords are not shown.`
  static override examples = [
    '<%= config.bin %> profile show',
    {
      description: 'With a flag',
      command: '<%= config.bin %> profile show home --keepalive 5s'
    }
  ]

  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'name of a profile; by default the one in use' })
  }

  static override flags = {
    json: Flags.boolean({ char: 'j', summary: 'one JSON object; errors are JSON, too' }),
    ...connectionFlags
  }

  protected override namedOn(line: ParsedLine) {
    const { name } = line.args
    return { ...super.namedOn(line), ...(name !== undefined && { profile: String(name) }) }
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(ProfileShow)
    const { json, quiet: _, ...connection } = flags
    const { io, profile } = this
    const settings = shownSettings(connection, givenOf(this.flagsGiven, io.env), profile)
    const name = profile?.profile.name
    await io.stdout.write(json ? formatSettingsJson(name, settings) : formatSettings(settings))
  }
}
