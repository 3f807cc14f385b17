import type { Diagnosis } from './diagnosis.js'

const OTHER: Diagnosis = {
  code: 'tls-alert',
  why: 'the broker ended TLS',
  suggestion: "look into the broker's log"
}
const CLIENT_CERTIFICATE: Diagnosis = {
  code: 'tls-client-certificate',
  why: 'the broker does not accept the client certificate, or asks for one',
  suggestion: 'give one that it trusts: --cert client.pem --key client.key'
}
const NEW_CERTIFICATE = 'get a new certificate for --cert from the authority that issued it'

const VERSION: Diagnosis = {
  code: 'tls-version',
  why: 'the broker speaks no version of TLS from 1.2 on'
}

/** The alerts of TLS by their numbers (RFC 8446, section 6, and the registry of IANA), and what they are about. */
const ALERTS: ReadonlyMap<number, readonly [name: string, about: Diagnosis]> = new Map([
  [10, ['unexpected_message', OTHER]],
  [20, ['bad_record_mac', OTHER]],
  [21, ['decryption_failed', OTHER]],
  [22, ['record_overflow', OTHER]],
  [30, ['decompression_failure', OTHER]],
  [
    40,
    [
      'handshake_failure',
      {
        code: 'tls-handshake',
        why: 'the broker accepts no cipher that tidings offers, or asks for a client certificate',
        suggestion: 'if the broker asks for a certificate: --cert client.pem --key client.key'
      }
    ]
  ],
  [42, ['bad_certificate', CLIENT_CERTIFICATE]],
  [43, ['unsupported_certificate', CLIENT_CERTIFICATE]],
  [
    44,
    [
      'certificate_revoked',
      {
        code: 'tls-client-certificate',
        why: 'the client certificate was revoked',
        suggestion: NEW_CERTIFICATE
      }
    ]
  ],
  [
    45,
    [
      'certificate_expired',
      {
        code: 'tls-client-certificate',
        why: 'the client certificate has expired, or is not valid yet',
        suggestion: NEW_CERTIFICATE
      }
    ]
  ],
  [46, ['certificate_unknown', CLIENT_CERTIFICATE]],
  [47, ['illegal_parameter', OTHER]],
  [48, ['unknown_ca', CLIENT_CERTIFICATE]],
  [49, ['access_denied', CLIENT_CERTIFICATE]],
  [50, ['decode_error', OTHER]],
  [51, ['decrypt_error', OTHER]],
  [70, ['protocol_version', VERSION]],
  [
    71,
    ['insufficient_security', { code: 'tls-cipher', why: 'the broker accepts no cipher that tidings offers' }]
  ],
  [80, ['internal_error', { ...OTHER, why: 'the broker failed at TLS' }]],
  [86, ['inappropriate_fallback', VERSION]],
  [90, ['user_canceled', OTHER]],
  [109, ['missing_extension', OTHER]],
  [110, ['unsupported_extension', OTHER]],
  [
    112,
    [
      'unrecognized_name',
      {
        code: 'tls-server-name',
        why: 'the broker does not know the server name that tidings sent (SNI)',
        suggestion: 'send a name that the broker knows: --servername NAME'
      }
    ]
  ],
  [113, ['bad_certificate_status_response', OTHER]],
  [
    115,
    [
      'unknown_psk_identity',
      { code: 'tls-cipher', why: 'the broker asks for a pre-shared key, which tidings does not support' }
    ]
  ],
  [116, ['certificate_required', { ...CLIENT_CERTIFICATE, why: 'the broker asks for a client certificate' }]],
  [
    120,
    [
      'no_application_protocol',
      {
        code: 'tls-alpn',
        why: 'the broker accepts none of the application protocols that tidings offered (ALPN)',
        suggestion: 'offer a protocol that the broker knows (--alpn NAME), or leave out --alpn'
      }
    ]
  ],
  [121, ['ech_required', OTHER]]
])

/** The number of the alert that ended TLS. Only the text of OpenSSL's errors contains it. */
const NUMBER = /SSL alert number (\d+)/

/** What a broker's alert is about, with its name; undefined if the error is no alert. */
export function diagnoseAlert({ message }: Error): Diagnosis | undefined {
  const [, digits] = NUMBER.exec(message) ?? []
  if (digits === undefined) return undefined
  const [name, about] = ALERTS.get(Number(digits)) ?? ['unknown', OTHER]
  return { ...about, why: `${about.why} (TLS alert ${digits}, ${name})` }
}
