import { Flags } from '@oclif/core'
import { PROFILE_COLORS } from '../../core/profile/profile.js'
import { connectionFlags } from './connection.js'
import { durationFlag } from './values.js'

const { broker: _broker, profile: _profile, ...settingFlags } = connectionFlags

/** The flags of `profile add`: all that belongs to a broker. */
export const profileFlags = {
  'password-command': Flags.string({
    helpValue: 'COMMAND',
    exclusive: ['password', 'password-file'],
    summary:
      'get the password from this command each time: its first line on stdout. No shell reads it; with blanks in words, write a list: \'["pass","show","my broker"]\''
  }),
  'password-timeout': durationFlag({
    summary: 'how long the password command may take (default 60s)',
    dependsOn: ['password-command']
  }),
  contract: Flags.string({
    helpValue: 'FILE',
    summary: 'the AsyncAPI document of this broker; kept, and shown by profile show'
  }),
  protect: Flags.boolean({ summary: 'publishing asks first, and without a terminal needs --yes' }),
  color: Flags.option({ options: PROFILE_COLORS })({ summary: "the colour of the browser's header" }),
  use: Flags.boolean({ summary: 'use it from now on, where no broker and no profile is named' }),
  replace: Flags.boolean({ summary: 'replace the profile of that name' }),
  ...settingFlags
}
