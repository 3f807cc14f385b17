import { expect, it } from 'vitest'
import { ReadingEnd } from '../../../src/transport/amqp/reading-end.js'

it('the end of a stream is not reached where something newer comes together with the answer that it is one', async () => {
  const end = new ReadingEnd()
  let isReached = false
  void end.reached.then(() => {
    isReached = true
  })
  end.setEdge(2)
  end.begin(0, true)
  end.taken(1, 0)
  await Promise.resolve()
  expect(isReached).toBe(false)
  end.taken(1, 1)
  await end.reached
})
