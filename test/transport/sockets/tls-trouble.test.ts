import { describe, expect, it } from 'vitest'
import { diagnoseTls } from '../../../src/transport/sockets/tls-trouble.js'

const diagnose = (code: unknown, message = 'x') =>
  diagnoseTls(Object.assign(new Error(message), { code }))?.code
const openSsl = (reason: string) =>
  `C01:error:0A00010B:SSL routines:ssl3_get_record:${reason}:../deps/x.c:350:`

describe('what is wrong with TLS', () => {
  it.each([
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls-hostname'],
    ['CERT_HAS_EXPIRED', 'tls-expired'],
    ['CERT_NOT_YET_VALID', 'tls-not-yet-valid'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls-untrusted'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls-untrusted']
  ])('%s', (code, diagnosis) => {
    expect(diagnose(code)).toBe(diagnosis)
  })

  it.each([
    ['ERR_SSL_WRONG_VERSION_NUMBER', openSsl('wrong version number'), 'not-tls'],
    ['EPROTO', openSsl('wrong version number'), 'not-tls'],
    ['EPROTO', openSsl('unsupported protocol'), 'tls-version'],
    ['EPROTO', openSsl('something else'), 'tls-failed'],
    [
      'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
      `${openSsl('tlsv1 alert unknown ca')}SSL alert number 48`,
      'tls-client-certificate'
    ],
    ['EPROTO', 'SSL alert number 120', 'tls-alpn'],
    ['EPROTO', 'SSL alert number 255', 'tls-alert']
  ])('%s: %s', (code, message, diagnosis) => {
    expect(diagnose(code, message)).toBe(diagnosis)
  })

  it.each(['ECONNREFUSED', 'ENOTFOUND', undefined, 7])('is nothing for %s', (code) => {
    expect(diagnose(code)).toBeUndefined()
  })
})
