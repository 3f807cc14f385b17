import { Args } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'
import { profileFileOf } from '../../cli/profile/profile-file-of.js'
import { profileNamed } from '../../cli/profile/profile-named.js'
import { withoutProfile } from '../../files/profiles/edit-profiles.js'

export default class ProfileRemove extends BaseCommand {
  static override summary = 'Remove a profile'
  static override description = 'The other profiles stay as they are, with their comments.'
  static override examples = ['<%= config.bin %> profile remove home']

  static override args = {
    name: Args.string({ required: true, ignoreStdin: true, description: 'name of the profile' })
  }

  async run(): Promise<void> {
    const { args } = await this.parse(ProfileRemove)
    const file = profileFileOf(this.io)
    const before = file.readText()
    const { name } = profileNamed(file.parse(before), args.name)
    file.replace(before, withoutProfile(before, name, file.path))
    this.say(`Removed the profile "${name}"`)
  }
}
