import { certificateNames } from './certificate-names.js'
import type { Diagnosis } from './diagnosis.js'
import { diagnoseAlert } from './tls-alerts.js'

/** OpenSSL's errors for bytes that are not TLS. */
const NOT_TLS = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNEXPECTED_MESSAGE|UNKNOWN_PROTOCOL/
/** OpenSSL's codes for a chain of certificates that does not end at a trusted authority. */
const UNTRUSTED = /SELF_SIGNED|UNABLE_TO_|CERT_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH/

/** What is wrong with TLS, in words; undefined if the error is not one of TLS. */
export function diagnoseTls(error: Error): Diagnosis | undefined {
  const { code } = error as NodeJS.ErrnoException
  if (typeof code !== 'string') return undefined
  const alert = diagnoseAlert(error)
  if (alert !== undefined) return alert
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return otherName(error)
  if (code === 'CERT_HAS_EXPIRED') return outOfTime('tls-expired', 'has expired')
  if (code === 'CERT_NOT_YET_VALID') return outOfTime('tls-not-yet-valid', 'is not valid yet')
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') return diagnoseOpenSsl(error, code)
  if (!UNTRUSTED.test(code)) return undefined
  return {
    code: 'tls-untrusted',
    why: `the broker's certificate is not trusted (${code.toLowerCase().replaceAll('_', ' ')})`,
    suggestion: 'name the authority that signed it: --ca ca.pem'
  }
}

function otherName(error: Error): Diagnosis {
  const { shown, first } = certificateNames(error)
  return {
    code: 'tls-hostname',
    why: `the certificate is for another host: ${shown}`,
    suggestion: `connect by a name that is in the certificate, or name it: --servername ${first ?? 'NAME'}`
  }
}

/** The message names the date, because a device without a battery starts in 1970, when the certificate is not valid yet. */
function outOfTime(code: string, why: string): Diagnosis {
  const today = new Date().toISOString().slice(0, 10)
  return {
    code,
    why: `the broker's certificate ${why}; the clock of this computer says ${today}`,
    suggestion: 'check the date of this computer, and then the certificate of the broker'
  }
}

function diagnoseOpenSsl({ message }: Error, code: string): Diagnosis {
  const [, reason = message.replace(/\s+/g, ' ')] = /:SSL routines:[^:]*:([^:]+)/.exec(message) ?? []
  const name = `${code}_${reason}`.toUpperCase().replaceAll(' ', '_')
  if (NOT_TLS.test(name)) {
    return { code: 'not-tls', why: 'the broker does not speak TLS on this port' }
  }
  if (name.includes('UNSUPPORTED_PROTOCOL')) {
    return { code: 'tls-version', why: 'the broker speaks no version of TLS from 1.2 on' }
  }
  return { code: 'tls-failed', why: `TLS failed: ${reason}` }
}
