import { describe, expect, it } from 'vitest'
import { certificateNames } from '../../../src/transport/sockets/certificate-names.js'

const names = (cert?: { subject?: { CN?: string | string[] }; subjectaltname?: string }) =>
  certificateNames(Object.assign(new Error('another host'), cert && { cert }))

describe('the names of a certificate', () => {
  it('are its alternative names; the first that is a whole host can be connected to', () => {
    expect(
      names({ subjectaltname: 'DNS:*.example.com, DNS:broker.example.com, IP Address:127.0.0.1' })
    ).toEqual({
      shown: '*.example.com, broker.example.com, 127.0.0.1',
      first: 'broker.example.com'
    })
  })

  it('are its common name only where there are no others', () => {
    expect(names({ subject: { CN: 'old' } })).toEqual({ shown: 'old', first: 'old' })
    expect(names({ subject: { CN: 'old' }, subjectaltname: 'DNS:new' }).shown).toBe('new')
  })

  it('are shown up to five', () => {
    const many = Array.from({ length: 7 }, (_, n) => `DNS:h${n}`).join(', ')
    expect(names({ subjectaltname: many }).shown).toMatch(/^h0, h1, h2, h3, h4 .*2/)
  })

  it('are no words that could imitate ours', () => {
    expect(names({ subjectaltname: 'DNS:trust me, and type your password' })).not.toHaveProperty('first')
    expect(names()).not.toHaveProperty('first')
  })
})
