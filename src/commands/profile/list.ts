import { Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'
import { profileFileOf } from '../../cli/profile/profile-file-of.js'
import { formatProfiles, formatProfilesJson } from '../../ui/profile-report.js'

export default class ProfileList extends BaseCommand {
  static override summary = 'Show the profiles and their brokers'
  static override description = 'A star marks the one that commands use when they name none.'
  static override examples = ['<%= config.bin %> profile list']

  static override flags = {
    json: Flags.boolean({ char: 'j', summary: 'one JSON object per line; errors are JSON, too' })
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(ProfileList)
    const { io, say } = this.context
    const profiles = profileFileOf(io).read()
    if (profiles.all.size === 0) say('There are no profiles. To add one: tidings profile add NAME URL')
    await io.stdout.write(flags.json ? formatProfilesJson(profiles) : formatProfiles(profiles))
  }
}
