import { expect, it } from 'vitest'
import { writeLines } from '../../src/cli/write-lines.js'
import { MemoryOutput } from '../support/memory-io.js'

it('lines are written many at a time, in order, and while they are made', async () => {
  const output = new MemoryOutput()
  const sizes: number[] = []
  const write = output.write.bind(output)
  output.write = (text) => {
    sizes.push(text.length)
    write(text)
  }
  let waiting = 0
  function* lines() {
    for (let n = 0; n < 5000; n++) {
      waiting = Math.max(waiting, n * 50 - output.bytes.length)
      yield `${String(n).padStart(49, '.')}\n`
    }
  }
  await writeLines(output, lines())
  expect(
    output.text
      .split('\n')
      .slice(0, -1)
      .map((line) => Number(line.replaceAll('.', '')))
  ).toEqual(Array.from({ length: 5000 }, (_, n) => n))
  expect(sizes.length).toBeLessThan(10)
  expect(waiting).toBeLessThan(70_000)
})

it('no lines are no write', async () => {
  const output = new MemoryOutput()
  output.write = () => {
    throw new Error('nothing is to be written')
  }
  await writeLines(output, [])
})
