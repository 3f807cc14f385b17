import { existsSync, readFileSync } from 'node:fs'
import type { Profiles } from '../../core/profile/profile.js'
import { ProfileFile } from '../../files/profiles/profile-file.js'
import { recentChannels } from '../../files/recent-channels.js'
import { splitBrokers } from '../broker-list.js'
import { brokerName } from '../broker-name.js'
import { profilePlace } from '../profile-place.js'
import { recentChannelsFile } from '../user-folders.js'
import { completionFor } from './candidates.js'
import { completionLines, SHELLS } from './completion-lines.js'
import type { CompletionTable } from './completion-table.js'
import { divideLine } from './shell-line.js'

/**
 * What `tidings complete SHELL LINE [BREAKS]` prints, which the scripts of `tidings completion` run at TAB. It connects to nothing.
 * @param args the shell, the command line up to the cursor, and the characters at which the shell breaks words
 * @param table the path of the table that the build has made
 */
export function complete(
  [name, text = '', breaks = '']: readonly string[],
  table: string,
  env: NodeJS.ProcessEnv = process.env
): string {
  const shell = SHELLS.find((known) => known === name)
  const line = divideLine(text, breaks)
  if (shell === undefined || line === undefined) return ''
  // The program may stand behind variables or another command: `A=b sudo tidings`.
  const own = line.words.findIndex((word) => /(?:^|\/)tidings$/.test(word))
  const known: CompletionTable = JSON.parse(readFileSync(table, 'utf8'))
  const profiles = readProfiles(env)
  const completion = completionFor(line.words.slice(Math.max(own, 0) + 1), line.current, known, {
    profiles: () => [...(profiles?.all.keys() ?? [])],
    channels({ broker, profile }) {
      const file = recentChannelsFile()
      const [first = 'local'] =
        broker === undefined ? brokersOf(profile, profiles, env) : splitBrokers(broker)
      // What begins with a dash would be taken for a flag.
      const name = brokerName(first)
      const names = file === undefined || name === undefined ? [] : recentChannels(file, name)
      return names.filter((channel) => !channel.startsWith('-'))
    }
  })
  return completionLines(shell, completion, line)
}

/** The brokers of a command line that names none itself, as `wantedProfile` decides it. */
function brokersOf(
  named: string | undefined,
  profiles: Profiles | undefined,
  { TIDINGS_BROKER, TIDINGS_PROFILE }: NodeJS.ProcessEnv
): readonly string[] {
  const name = named || (TIDINGS_BROKER ? undefined : TIDINGS_PROFILE || profiles?.inUse)
  if (name === undefined) return splitBrokers(TIDINGS_BROKER || 'local')
  return profiles?.all.get(name)?.settings.broker ?? []
}

/** The user's profiles; undefined where there are none, or their file is wrong, which is for commands to say. */
function readProfiles(env: NodeJS.ProcessEnv): Profiles | undefined {
  const place = profilePlace(env)
  if (place === undefined || !existsSync(place.file)) return undefined
  try {
    return new ProfileFile(place.file, place.home).read()
  } catch {
    return undefined
  }
}
