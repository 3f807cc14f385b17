import { Args, Flags } from '@oclif/core'
import { BaseCommand } from '../../cli/base-command.js'
import { importProfiles } from '../../cli/profile/import-profiles.js'
import { profileFileOf } from '../../cli/profile/profile-file-of.js'
import { TidingsError } from '../../core/errors.js'
import { isProfileName, NAME_RULE } from '../../core/profile/profile.js'

export default class ProfileImport extends BaseCommand {
  static override summary = 'Make profiles of the connections of another program'
  static override description =
    `Reads the JSON to which MQTTX exports its connections, and the file of options of mosquitto_pub and mosquitto_sub. Says what it does not take over.`
  static override examples = [
    '<%= config.bin %> profile import mqttx.json',
    {
      description: 'The options of mosquitto_pub',
      command: '<%= config.bin %> profile import ~/.config/mosquitto_pub --name home'
    }
  ]

  static override args = {
    file: Args.string({ required: true, ignoreStdin: true, description: 'file of the other program' })
  }

  static override flags = {
    name: Flags.string({
      helpValue: 'NAME',
      summary: 'name of the profile, where the file holds one connection'
    }),
    replace: Flags.boolean({ summary: 'replace profiles of the same name' })
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ProfileImport)
    const { io, say, warn } = this.context
    const { name, replace } = flags
    if (name !== undefined && !isProfileName(name)) throw refusal(`"--name ${name}": ${NAME_RULE}`)
    const file = profileFileOf(io)
    const profiles = await importProfiles(args.file, file, { name, replace }, io.stop)
    for (const { name, problem, untaken, hasPassword } of profiles) {
      if (problem !== undefined) warn(`left out "${name}": ${problem}`)
      else say(`Imported "${name}"`)
      for (const text of problem === undefined ? untaken : []) warn(`"${name}": not taken over: ${text}`)
      if (problem === undefined && hasPassword)
        warn(`"${name}": its password is in "${file.path}" as it is; passwordCommand keeps it elsewhere`)
    }
    if (profiles.every(({ problem }) => problem !== undefined))
      throw refusal(`"${args.file}": nothing was imported`)
  }
}

const refusal = (what: string) =>
  new TidingsError('usage', `cannot import ${what}`, {
    code: 'nothing-imported',
    suggestion: 'tidings profile import --help'
  })
