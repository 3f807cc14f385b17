import { TidingsError } from '../../core/errors.js'
import { decodeUtf8, isUtf8 } from '../../core/utf8.js'
import type { ProfileFile } from '../../files/profiles/profile-file.js'
import type { CommandContext } from '../command-context.js'
import { editInEditor } from '../edit-in-editor.js'

/** What an editor opens where there is no file yet. */
const TEMPLATE = `# Profiles of tidings: brokers with all that belongs to them. tidings help profile

# use = "home"

# [profiles.home]
# broker = "broker.example"
# username = "ada"
# passwordCommand = ["pass", "show", "broker"]
`

/**
 * Lets the user edit the profiles. A text that is wrong does not replace the file: on a terminal the user may edit it again.
 * @returns whether the file has changed
 * @throws TidingsError of kind bad-input for a text that stays wrong, or if there is no such editor
 */
export async function editProfiles(
  file: ProfileFile,
  { io, say }: Pick<CommandContext, 'io' | 'say'>
): Promise<boolean> {
  const before = file.readText()
  let text = before === '' ? TEMPLATE : before
  for (;;) {
    const edited = await editInEditor(Buffer.from(text), io.env, io.stop, 'profiles.toml')
    if (edited === undefined || decodeUtf8(edited) === before) return false
    try {
      if (!isUtf8(edited))
        throw new TidingsError('bad-input', 'cannot use what was edited: it is not UTF-8 text', {
          code: 'file-not-utf8'
        })
      file.replace(before, decodeUtf8(edited))
      return true
    } catch (error) {
      if (!(error instanceof TidingsError) || error.kind !== 'bad-input' || !io.stdin.isTerminal) throw error
      say(error.message)
      if (!(await wantsToEditAgain(io.stop))) throw error
      text = decodeUtf8(edited)
    }
  }
}

async function wantsToEditAgain(stop: AbortSignal): Promise<boolean> {
  const { askForChoice } = await import('../prompts.js')
  const choices = [
    { name: 'edit it again', value: true },
    { name: 'leave the profiles as they were', value: false }
  ] as const
  return askForChoice('The file was not replaced.', choices, stop)
}
