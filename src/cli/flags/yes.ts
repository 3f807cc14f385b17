import { Flags } from '@oclif/core'

/** The flag of commands that publish. */
export const yesFlag = {
  yes: Flags.boolean({ char: 'y', summary: 'do not ask, although the profile is protected' })
}
