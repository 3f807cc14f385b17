import { isIP, type Socket } from 'node:net'
import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls'
import type { TlsOptions } from '../../core/connection.js'
import { TidingsError } from '../../core/errors.js'
import { withoutZone } from '../broker-url.js'
import { checkPrivateKey, readCertificates } from './pem.js'

/**
 * Checks certificates and key before any socket opens, and prepares them for every attempt. TLS 1.2 is the oldest version
 * that is spoken.
 *
 * @throws TidingsError usage `tls-key-missing` or `bad-server-name`, or bad-input: what `readCertificates` and `checkPrivateKey` throw, and
 *   `tls-bad-certificate` for a wrong key password and a key that does not belong to the certificate.
 */
export function prepareTls(options: TlsOptions): SecureContext {
  if ((options.cert === undefined) !== (options.key === undefined)) {
    const [given, missing] = options.key === undefined ? ['--cert', '--key'] : ['--key', '--cert']
    throw new TidingsError('usage', `cannot use "${given}": "${missing}" is missing`, {
      code: 'tls-key-missing',
      suggestion: 'give --cert and --key together; --ca alone is enough to trust a broker'
    })
  }
  if (options.servername && !isServerName(options.servername)) {
    throw new TidingsError(
      'usage',
      `cannot use "--servername=${options.servername}": it is no name of a host`,
      { code: 'bad-server-name', suggestion: 'write it as the certificate does: broker.example.com' }
    )
  }
  const ca = options.ca === undefined ? undefined : readCertificates(options.ca, '--ca')
  const cert = options.cert === undefined ? undefined : readCertificates(options.cert, '--cert')
  if (options.key !== undefined) checkPrivateKey(options.key, '--key')
  try {
    return createSecureContext({
      minVersion: 'TLSv1.2',
      ...(ca === undefined ? {} : { ca }),
      // Joined into one chain: a list would mean several chains.
      ...(cert === undefined ? {} : { cert: cert.join('') }),
      ...(options.key === undefined ? {} : { key: options.key }),
      ...(options.keyPassword === undefined ? {} : { passphrase: options.keyPassword })
    })
  } catch (error) {
    throw new TidingsError('bad-input', `cannot use the certificates: ${whyUnusable(error)}`, {
      code: 'tls-bad-certificate',
      suggestion: 'check the PEM files of --ca, --cert and --key, and the password of the key',
      cause: error
    })
  }
}

/** A host name or an address. Node would check the certificate against `localhost` where nothing stays of a name such as `.`. */
function isServerName(name: string): boolean {
  return isIP(withoutZone(name)) !== 0 || /^[^\s.:[\]]+(\.[^\s.:[\]]+)*\.?$/.test(name)
}

/** Why OpenSSL refuses a certificate and a key that are PEM, in words. */
export function whyUnusable(error: unknown): string {
  const code = String((error as NodeJS.ErrnoException).code)
  if (code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH') return 'the key does not belong to the certificate'
  if (/BAD_DECRYPT|BAD_PASSWORD_READ|INTERRUPTED_OR_CANCELLED|MISSING_PASSPHRASE/.test(code)) {
    return 'the key is encrypted, and its password is missing or wrong'
  }
  if (/UNSUPPORTED|ERR_OSSL_(ASN1|PEM|EVP|DECODER)_/.test(code))
    return 'the key is damaged or of an unknown kind'
  return error instanceof Error ? error.message : String(error)
}

/** Speaks TLS on an open socket; resolves after the handshake. */
export function openTlsSocket(
  socket: Socket,
  host: string,
  options: TlsOptions,
  secureContext: SecureContext,
  signal: AbortSignal
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    // RFC 6066, section 3: a server name has no dot at its end and is no address. The certificate is checked against both.
    const name = withoutZone(options.servername || host).replace(/\.$/, '')
    const servername = isIP(name) === 0 ? name : undefined
    const tlsSocket = connect({
      socket,
      host: name,
      secureContext,
      minVersion: 'TLSv1.2',
      // Always explicit: otherwise NODE_TLS_REJECT_UNAUTHORIZED could turn verification off.
      rejectUnauthorized: options.insecure !== true,
      ...(servername === undefined ? {} : { servername }),
      ...(options.alpn === undefined ? {} : { ALPNProtocols: [...options.alpn] })
    })
    const giveUp = (error: unknown) => {
      signal.removeEventListener('abort', onAbort)
      tlsSocket.destroy()
      socket.destroy()
      reject(error)
    }
    const onAbort = () => giveUp(signal.reason)
    // Where a connection is cut during the handshake, Node reports an error or only a close.
    const onClose = () =>
      giveUp(Object.assign(new Error('closed during the TLS handshake'), { code: 'ECONNRESET' }))
    signal.addEventListener('abort', onAbort, { once: true })
    tlsSocket.on('error', giveUp)
    tlsSocket.once('close', onClose)
    tlsSocket.once('secureConnect', () => {
      signal.removeEventListener('abort', onAbort)
      tlsSocket.off('error', giveUp)
      tlsSocket.off('close', onClose)
      resolve(tlsSocket)
    })
  })
}
