import { Args } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'
import { splitBrokers } from '../../cli/broker-list.js'
import { profileFlags } from '../../cli/flags/profile.js'
import { PROMPT_FOR_PASSWORD } from '../../cli/password-argument.js'
import { passwordOf } from '../../cli/password-source.js'
import { profileEntriesOf } from '../../cli/profile/profile-entries.js'
import { profileFileOf } from '../../cli/profile/profile-file-of.js'
import { TidingsError } from '../../core/errors.js'
import { isProfileName, NAME_RULE } from '../../core/profile/profile.js'
import { transports } from '../../transport/transports.js'

export default class ProfileAdd extends BaseCommand {
  static override summary = 'Give a broker, and all that belongs to it, a name'
  static override description =
    `Every connection flag becomes a key of the profile. Variables do not. The file is for its owner only (0600), and people may edit it: tidings profile edit.
A password is better kept outside of it: --password-command asks a password store each time, --password-file reads a file.`
  static override examples = [
    '<%= config.bin %> profile add home broker.example --username ada --password-command "pass show broker"',
    {
      description: 'A broker of many, on which nobody publishes by mistake',
      command: '<%= config.bin %> profile add prod prod.example --protect --color red'
    }
  ]

  static override args = {
    name: Args.string({ required: true, ignoreStdin: true, description: 'name of the profile' }),
    url: Args.string({
      required: true,
      ignoreStdin: true,
      description: 'URL of the broker; several with commas'
    })
  }

  static override flags = profileFlags

  override transports = transports

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ProfileAdd)
    const { io, say, warn } = this.context
    const { name, url } = args
    if (!isProfileName(name))
      throw refusal(name, NAME_RULE, 'bad-profile-name', 'tidings profile add home URL')
    const { protocol } = await this.transports.find(splitBrokers(url))
    const untried = { keepalive: 0, connectTimeout: 0, wait: 0, tls: {}, onNotice: () => undefined }
    await protocol.checkOptions({ ...untried, brokers: splitBrokers(url) })
    const { use, replace, quiet: _, ...settings } = flags
    const file = profileFileOf(io)
    const { withoutProfile, withProfile, withProfileInUse } = await import(
      '../../files/profiles/edit-profiles.js'
    )
    const before = file.readText()
    const isThere = file.parse(before).all.has(name)
    if (isThere && !replace)
      throw refusal(
        name,
        'there is one of that name',
        'profile-exists',
        'add --replace, or: tidings profile edit'
      )
    const asks = settings.password === PROMPT_FOR_PASSWORD
    const password = asks ? String(await passwordOf(settings, io, warn)) : settings.password
    const entries = profileEntriesOf(url, { ...settings, password }, this.flagsGiven)
    const rest = isThere ? withoutProfile(before, name, file.path) : before
    const added = withProfile(rest, name, entries, file.path)
    file.replace(before, use ? withProfileInUse(added, name, file.path) : added)
    if (password !== undefined)
      warn(
        `the password is in "${file.path}" as it is; --password-command and --password-file keep it elsewhere`
      )
    say(`Added the profile "${name}" to ${file.path}`)
    say(
      use
        ? `Commands use it now`
        : `To use it: --profile ${name}, or from now on: tidings profile use ${name}`
    )
  }
}

const refusal = (name: string, why: string, code: string, suggestion: string) =>
  new TidingsError('usage', `cannot add the profile "${name}": ${why}`, { code, suggestion })
