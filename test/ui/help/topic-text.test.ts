import { expect, it } from 'vitest'
import { topicText } from '../../../src/ui/help/topic-text.js'

const DOCUMENT = `## Codes

What a **code** says to \`sh\`, in as many words as it takes.

| code | meaning |
|---|---|
| 0 | done, and nothing more is to be said about it |
| 129, 130 | interrupted |

- one item that is longer than a line of forty columns
- two

\`\`\`
kept   as it is, however long the line of the code may be
\`\`\`
`

it('is plain text that fits the terminal', () => {
  expect(topicText(DOCUMENT, 40)).toBe(`CODES

What a code says to sh, in as many words
as it takes.

  code      meaning
  0         done, and nothing more is to
            be said about it
  129, 130  interrupted

- one item that is longer than a line of
  forty columns
- two

  kept   as it is, however long the line of the code may be
`)
})

it('uses a wide terminal, up to a width that can be read', () => {
  const text = 'word '.repeat(60).trim()
  const widths = [80, 100, 300, 10].map((columns) =>
    Math.max(
      ...topicText(text, columns)
        .split('\n')
        .map((line) => line.length)
    )
  )
  expect(widths).toEqual([79, 99, 99, 39])
})

it('does not indent code with a here-document, whose end stands at the beginning of a line', () => {
  const code = "cat > a.yaml <<'END'\na:\n  b: 1\nEND\ncat a.yaml"
  expect(topicText(`\`\`\`sh\n${code}\n\`\`\`\n`, 80)).toBe(`${code}\n`)
})
