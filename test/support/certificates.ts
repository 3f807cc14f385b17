import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface CertificatePaths {
  readonly ca: string
  readonly serverCert: string
  readonly serverKey: string
}

export interface Certificates {
  /** PEM texts. */
  readonly ca: string
  readonly clientCert: string
  readonly clientKey: string
  /** Another authority, which signed none of these certificates. */
  readonly otherCa: string
  readonly paths: CertificatePaths
}

/** Makes an authority, a server certificate for localhost, 127.0.0.1 and ::1, and a client certificate, in `folder`. */
export function makeCertificates(folder: string): Certificates {
  const path = (name: string) => join(folder, name)
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const authority = (name: string) =>
    openssl(
      'req',
      '-x509',
      ...newKey,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      '-days',
      '2',
      '-subj',
      `/CN=${name}`
    )
  const signed = (name: string, subject: string, extensions: string) => {
    openssl(
      'req',
      '-new',
      ...newKey,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
      '-subj',
      `/CN=${subject}`
    )
    writeFileSync(path(`${name}.ext`), extensions)
    const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', `${name}.ext`]
    openssl('x509', '-req', '-in', `${name}.csr`, ...by, '-out', `${name}.pem`, '-days', '2')
  }
  authority('ca')
  authority('other-ca')
  signed('server', 'localhost', 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1')
  signed('client', 'ann', 'extendedKeyUsage=clientAuth')
  const text = (name: string) => readFileSync(path(name), 'utf8')
  return {
    ca: text('ca.pem'),
    clientCert: text('client.pem'),
    clientKey: text('client.key'),
    otherCa: text('other-ca.pem'),
    paths: { ca: path('ca.pem'), serverCert: path('server.pem'), serverKey: path('server.key') }
  }
}
