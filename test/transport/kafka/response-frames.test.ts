import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ResponseFrames } from '../../../src/transport/kafka/response-frames.js'

/** Frames that keep what came: copies, and the answers themselves. */
function startFrames() {
  const frames = new ResponseFrames()
  const copies: Buffer[] = []
  const answers: Buffer[] = []
  const violations: string[] = []
  frames.start({
    take(answer) {
      copies.push(Buffer.from(answer))
      answers.push(answer)
    },
    violated: (why) => violations.push(why)
  })
  return { frames, copies, answers, violations }
}

const framed = (answer: Uint8Array) => {
  const size = Buffer.alloc(4)
  size.writeUInt32BE(answer.length)
  return Buffer.concat([size, answer])
}

/** As a socket reads: so many bytes at most each time, into the room that there is. */
function read(frames: ResponseFrames, bytes: Uint8Array, sizes: () => number): void {
  for (let at = 0; at < bytes.length; ) {
    const room = frames.room()
    const size = Math.min(sizes(), room.length, bytes.length - at)
    room.set(bytes.subarray(at, at + size))
    frames.came(room.subarray(0, size))
    at += size
  }
}

const answer = fc
  .tuple(
    fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: 4, max: 200 }) },
      fc.integer({ min: 4, max: 700_000 })
    ),
    fc.nat(255)
  )
  .map(([size, first]) => Buffer.alloc(size, Buffer.of(first, first + 1, first + 2)))

it('answers come as they were sent, however they are divided, read into the room or not, and while memory is used again', () => {
  fc.assert(
    fc.property(
      fc.array(answer, { maxLength: 8 }),
      fc
        .array(fc.constantFrom(1, 3, 4, 17, 70_000, 300_000), { minLength: 1 })
        .filter((sizes) => Math.max(...sizes) > 10_000),
      fc.boolean(),
      (sent, sizes, isReadInto) => {
        const { frames, copies, answers } = startFrames()
        let turn = 0
        const next = () => sizes[turn++ % sizes.length] as number
        for (const [index, each] of sent.entries()) {
          if (isReadInto) read(frames, framed(each), next)
          else
            for (let bytes = framed(each); bytes.length > 0; ) {
              const size = next()
              frames.came(Buffer.from(bytes.subarray(0, size)))
              bytes = bytes.subarray(size)
            }
          // The one before is released only now, as its messages are written while the next answer comes.
          if (index > 0) frames.release(answers[index - 1] as Buffer)
        }
        expect(copies.map((each, index) => each.equals(sent[index] as Buffer))).toEqual(sent.map(() => true))
      }
    ),
    { numRuns: 60 }
  )
})

it('an answer keeps its bytes until it is released', () => {
  const { frames, copies, answers } = startFrames()
  const all = [1, 2, 3, 4].map((fill) => Buffer.alloc(400_000, fill))
  for (const each of all) read(frames, framed(each), () => 100_000)
  expect(answers.map((each, index) => each.equals(copies[index] as Buffer))).toEqual([true, true, true, true])
  expect(new Set(answers.map(({ buffer }) => buffer)).size).toBe(4)
})

it('the memory of a long answer is used again once it is released, and only once', () => {
  const { frames, answers } = startFrames()
  const send = (bytes: number) => {
    read(frames, framed(Buffer.alloc(bytes, 7)), () => 100_000)
    return answers.at(-1) as Buffer
  }
  const first = send(900_000)
  frames.release(first.subarray(10, 20))
  frames.release(first)
  const second = send(800_000)
  const third = send(800_000)
  expect(second.buffer).toBe(first.buffer)
  expect(third.buffer).not.toBe(first.buffer)
})

it('memory that is too small makes room for memory that is not', () => {
  const { frames, answers } = startFrames()
  const send = (bytes: number) => {
    read(frames, framed(Buffer.alloc(bytes, 7)), () => 100_000)
    return answers.at(-1) as Buffer
  }
  const small = [send(300_000), send(300_000)]
  for (const each of small) frames.release(each)
  const large = [send(2_000_000), send(2_000_000)]
  for (const each of large) frames.release(each)
  const later = [send(2_000_000), send(2_000_000)]
  expect(new Set(later.map(({ buffer }) => buffer))).toEqual(new Set(large.map(({ buffer }) => buffer)))
})

it('short answers have memory of their own', () => {
  const { frames, answers } = startFrames()
  read(frames, Buffer.concat([framed(Buffer.alloc(10, 1)), framed(Buffer.alloc(10, 2))]), () => 1000)
  read(frames, framed(Buffer.alloc(10, 3)), () => 1000)
  expect(answers.map((each) => each[0])).toEqual([1, 2, 3])
})

it.each([3, 512 * 1024 * 1024 + 1, 0xffff_ffff])('no answer has %i bytes', (size) => {
  const { frames, violations } = startFrames()
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(size)
  frames.came(bytes)
  expect(violations).toEqual([`an answer of ${size} bytes`])
})
