import { createSecureContext, type TlsOptions } from 'node:tls'
import type { ServerTls } from '../../core/broker-request.js'
import { TidingsError } from '../../core/errors.js'
import { checkPrivateKey, readCertificates } from '../sockets/pem.js'
import { whyUnusable } from '../sockets/tls.js'

/**
 * What a TLS server is given. TLS 1.2 is the oldest version that is spoken.
 * @throws TidingsError of kind bad-input for certificates and keys that no client could be served with
 */
export function serverTlsOptions({ cert, key, ca }: ServerTls): TlsOptions {
  const own = {
    cert: readCertificates(cert, '--tls-cert').join(''),
    key,
    minVersion: 'TLSv1.2' as const,
    ALPNProtocols: ['mqtt', 'http/1.1']
  }
  checkPrivateKey(key, '--tls-key')
  const clients = ca === undefined ? undefined : readCertificates(ca, '--tls-ca')
  try {
    createSecureContext(own)
  } catch (cause) {
    throw new TidingsError('bad-input', `cannot use "--tls-cert" and "--tls-key": ${whyUnusable(cause)}`, {
      code: 'bad-certificate',
      suggestion: '--tls-cert and --tls-key name PEM files that belong together; the key has no password',
      cause
    })
  }
  return clients === undefined ? own : { ...own, ca: clients, requestCert: true, rejectUnauthorized: true }
}
