import type { ConnectionRequest } from './connection-request.js'

/** The broker knows no way of authentication that the client can use. */
export class MechanismError extends Error {
  /**
   * @param offered the names of the broker's mechanisms
   * @param isForCertificate the client has a certificate, and no password
   */
  constructor(
    readonly offered: string,
    readonly isForCertificate: boolean
  ) {
    super(`the broker offers the mechanisms ${offered}`)
  }
}

/**
 * How the client says who it is. A password was meant to be used. Without one, a certificate says it, and never the user guest: who has
 * made a certificate does not want to be guest where the broker takes no certificates.
 * @param offered the names of the broker's mechanisms, divided by spaces
 * @throws MechanismError
 */
export function mechanismFor(
  offered: string,
  { hasCertificate, hasPassword }: ConnectionRequest
): 'PLAIN' | 'EXTERNAL' {
  const names = offered.split(' ')
  const isForCertificate = hasCertificate && !hasPassword
  if (!isForCertificate && names.includes('PLAIN')) return 'PLAIN'
  if (hasCertificate && names.includes('EXTERNAL')) return 'EXTERNAL'
  throw new MechanismError(offered, isForCertificate)
}
