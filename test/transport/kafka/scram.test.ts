import { describe, expect, it } from 'vitest'
import { ScramClient } from '../../../src/transport/kafka/scram.js'

/** The exchange of RFC 7677, section 3. */
const NONCE = 'rOprNGfwEbeRWgbNEkqO'
const SERVER_FIRST = 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096'
const CLIENT_FINAL =
  'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ='
const SERVER_FINAL = 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4='

const client = () => new ScramClient('sha256', 'user', 'pencil', NONCE)

describe('logging in by SCRAM', () => {
  it('says what RFC 7677 says', async () => {
    const scram = client()
    expect(scram.first().toString()).toBe(`n,,n=user,r=${NONCE}`)
    expect((await scram.final(SERVER_FIRST)).toString()).toBe(CLIENT_FINAL)
    expect(() => scram.verify(SERVER_FINAL)).not.toThrow()
  })

  it('ends where the broker does not know the password', async () => {
    const scram = client()
    await scram.final(SERVER_FIRST)
    expect(() => scram.verify(SERVER_FINAL.replace('6rri', '6rrj'))).toThrow('did not prove')
    expect(() => scram.verify('e=invalid-proof')).toThrow('invalid-proof')
  })

  it('ends where the broker answers another challenge, or asks for too much or too little work', async () => {
    await expect(client().final(SERVER_FIRST.replace('rOpr', 'xOpr'))).rejects.toThrow('challenge')
    await expect(client().final(SERVER_FIRST.replace('i=4096', 'i=1'))).rejects.toThrow('iterations')
    await expect(client().final(SERVER_FIRST.replace('i=4096', 'i=2000000000'))).rejects.toThrow('iterations')
  })

  it('escapes what divides the parts of a message', () => {
    expect(new ScramClient('sha512', 'a=b,c', 'x', 'N').first().toString()).toBe('n,,n=a=3Db=2Cc,r=N')
  })
})
