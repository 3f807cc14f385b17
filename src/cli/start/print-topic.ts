import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isTerminal } from '../../files/is-terminal.js'
import { printText } from './print-text.js'

/**
 * Prints the topic of `help TOPIC` at the width of the terminal, without loading oclif. Returns false, and prints nothing, where the
 * arguments name no topic.
 * @param folder where the build has put the topics: `exit-codes.md`, ... (bin/build/help-topics.mts)
 */
export function printTopic(args: readonly string[], folder: string): boolean {
  const [word, name = ''] = args
  if (word !== 'help' || args.length !== 2 || !/^[a-z-]+$/.test(name)) return false
  let document: string
  try {
    document = readFileSync(join(folder, `${name}.md`), 'utf8')
  } catch {
    return false
  }
  const columns = isTerminal(1) ? process.stdout.columns : undefined
  void import('../../ui/help/topic-text.js').then(({ topicText }) =>
    printText(topicText(document, columns || 80))
  )
  return true
}
