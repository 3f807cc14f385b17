import { describe, expect, it } from 'vitest'
import { checkTopicFilter, checkTopicName } from '../../../../src/transport/embedded/protocol/topic-rules.js'

const deep = (levels: number) => Array(levels).fill('a').join('/')

describe('a topic name', () => {
  it.each(['a', '/', 'a//b', ' ', '$SYS/x', deep(128)])('may be %j', (topic) => {
    expect(() => checkTopicName(topic)).not.toThrow()
  })

  it.each(['', 'a/+', '#', 'a+', deep(129)])('may not be %j', (topic) => {
    expect(() => checkTopicName(topic)).toThrow()
  })
})

describe('a topic filter', () => {
  it.each(['a', '+', '#', '+/a/#', '/', '$share/g/a/#', '$share/g//', '$shared', deep(128)])(
    'may be %j',
    (filter) => {
      expect(() => checkTopicFilter(filter)).not.toThrow()
    }
  )

  it.each(['', 'a+', '#/a', 'a/#b', '$share', '$share/g', '$share//a', '$share/+/a', '$share/g/', deep(129)])(
    'may not be %j',
    (filter) => {
      expect(() => checkTopicFilter(filter)).toThrow()
    }
  )

  it('that breaks no rule and is not taken is told so, and not that it is malformed', () => {
    expect(() => checkTopicFilter(deep(129))).toThrow(expect.objectContaining({ code: 0x8f }))
    expect(() => checkTopicName(deep(129))).toThrow(expect.objectContaining({ code: 0x90 }))
    expect(() => checkTopicFilter('a+')).toThrow(expect.objectContaining({ code: 0x81 }))
  })
})
