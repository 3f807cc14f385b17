import { BaseCommand } from '../../cli/base-command.js'
import { editProfiles } from '../../cli/profile/edit-profiles.js'
import { profileFileOf } from '../../cli/profile/profile-file-of.js'

export default class ProfileEdit extends BaseCommand {
  static override summary = 'Edit the file of profiles'
  static override description =
    'Opens the file in $VISUAL or $EDITOR. Checks the text before it replaces the file: a mistake is told with its line and key, and the file stays as it was.'
  static override examples = ['EDITOR=nano <%= config.bin %> profile edit']

  async run(): Promise<void> {
    await this.parse(ProfileEdit)
    const file = profileFileOf(this.io)
    const isChanged = await editProfiles(file, this.context)
    this.say(isChanged ? `Changed ${file.path}` : 'Nothing was changed')
  }
}
