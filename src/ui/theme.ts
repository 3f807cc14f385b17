import { Chalk } from 'chalk'

/** chalk's levels: 0 no colour, 1 sixteen, 2 two hundred and fifty-six, 3 all. */
export type ColourLevel = 0 | 1 | 2 | 3

type Paint = (text: string) => string

/** How things look. All other code says only what they are. */
export interface Theme {
  readonly coloured: boolean
  readonly channel: Paint
  readonly name: Paint
  readonly text: Paint
  readonly number: Paint
  readonly literal: Paint
  readonly mark: Paint
  readonly faint: Paint
}

const plain: Paint = (text) => text

/** The colours for a terminal of that level; at level 0 every text stays as it is. */
export function createTheme(level: ColourLevel): Theme {
  if (level === 0)
    return {
      coloured: false,
      channel: plain,
      name: plain,
      text: plain,
      number: plain,
      literal: plain,
      mark: plain,
      faint: plain
    }
  const chalk = new Chalk({ level })
  return {
    coloured: true,
    channel: chalk.bold.cyan,
    name: chalk.blue,
    text: chalk.green,
    number: chalk.yellow,
    literal: chalk.magenta,
    mark: chalk.yellow,
    faint: chalk.dim
  }
}
