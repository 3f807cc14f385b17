import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'
import { profileFileOf } from '../../cli/profile/profile-file-of.js'
import { profileNamed } from '../../cli/profile/profile-named.js'
import { TidingsError } from '../../core/errors.js'
import { withProfileInUse } from '../../files/profiles/edit-profiles.js'

export default class ProfileUse extends BaseCommand {
  static override summary = 'Choose the profile of commands that name no broker and no profile'
  static override examples = ['<%= config.bin %> profile use home', '<%= config.bin %> profile use --none']

  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'name of the profile' })
  }

  static override flags = { none: Flags.boolean({ summary: 'use no profile: the local broker' }) }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ProfileUse)
    if ((args.name === undefined) === !flags.none)
      throw new TidingsError('usage', 'cannot choose a profile: name one, or say --none', {
        code: 'profile-missing',
        suggestion: 'tidings profile list'
      })
    const file = profileFileOf(this.io)
    const before = file.readText()
    const profiles = file.parse(before)
    const name = args.name === undefined ? undefined : profileNamed(profiles, args.name).name
    if (name !== profiles.inUse) file.replace(before, withProfileInUse(before, name, file.path))
    this.say(name === undefined ? 'No profile is in use' : `Commands use the profile "${name}" now`)
  }
}
