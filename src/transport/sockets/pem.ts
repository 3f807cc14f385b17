import { X509Certificate } from 'node:crypto'
import { TidingsError } from '../../core/errors.js'

/** What a file has to contain. */
type Wanted = 'certificate' | 'private key'

const BLOCK = /^-----BEGIN ([A-Z0-9 ]+)-----[ \t]*\r?\n[\s\S]*?^-----END \1-----/gm
const CERTIFICATE = /^(X509 |TRUSTED )?CERTIFICATE$/
/** The private key of OpenSSH does not match: it has a format of its own. */
const PRIVATE_KEY = /^((RSA|EC|DSA|ENCRYPTED) )?PRIVATE KEY$/
/** DER begins with a SEQUENCE (0x30) and its length; bytes that are not UTF-8 have become U+FFFD in a text. */
const DER = /^0[\s\S]{0,8}[\0-\x08\ufffd]/

const CONVERTED: Readonly<Record<Wanted, string>> = {
  certificate: 'openssl x509 -inform der -in FILE -out cert.pem',
  'private key': 'openssl pkey -inform der -in FILE -out key.pem'
}

/**
 * The certificates of a PEM text, each as a PEM text of its own. OpenSSL itself ignores a text without certificates, and stops silently at
 * the first certificate that it cannot read.
 * @param flag where the text came from, for errors
 * @throws TidingsError bad-input `tls-no-certificate`, `tls-bad-certificate`
 */
export function readCertificates(text: string, flag: string): string[] {
  const blocks = blocksOf(text).filter(({ label }) => CERTIFICATE.test(label))
  if (blocks.length === 0) throw holdsNone(text, flag, 'certificate')
  return blocks.map(({ pem }, index) => {
    try {
      new X509Certificate(pem)
      return pem
    } catch (cause) {
      throw new TidingsError('bad-input', `cannot use "${flag}": its certificate ${index + 1} is damaged`, {
        code: 'tls-bad-certificate',
        suggestion: 'get the file again from the authority that issued the certificate',
        details: { flag },
        cause
      })
    }
  })
}

/**
 * Checks that a PEM text holds a private key. Only its password shows whether the key can be read.
 * @param flag where the text came from, for errors
 * @throws TidingsError bad-input `tls-no-key`
 */
export function checkPrivateKey(text: string, flag: string): void {
  if (!blocksOf(text).some(({ label }) => PRIVATE_KEY.test(label))) throw holdsNone(text, flag, 'private key')
}

function blocksOf(text: string): { label: string; pem: string }[] {
  return [...text.matchAll(BLOCK)].map(([pem, label = '']) => ({ label, pem: `${pem}\n` }))
}

/** The error for a file without what is wanted. It says what the file holds instead, and never quotes the text, which may be a key. */
function holdsNone(text: string, flag: string, wanted: Wanted): TidingsError {
  const { why, suggestion } = whatItIs(text, wanted)
  return new TidingsError('bad-input', `cannot use "${flag}": it holds no ${wanted}: ${why}`, {
    code: wanted === 'certificate' ? 'tls-no-certificate' : 'tls-no-key',
    suggestion: suggestion ?? `name the PEM file that holds the ${wanted}`,
    details: { flag }
  })
}

function whatItIs(text: string, wanted: Wanted): { why: string; suggestion?: string } {
  if (text.trim() === '') return { why: 'it is empty' }
  if (DER.test(text)) return { why: 'it is DER, not PEM', suggestion: CONVERTED[wanted] }
  const labels = blocksOf(text).map(({ label }) => label)
  if (labels.length === 0) return whatTextItIs(text)
  if (wanted === 'private key' && labels.includes('OPENSSH PRIVATE KEY')) {
    return {
      why: 'it is a private key of OpenSSH',
      suggestion: 'write a copy of it as PEM: ssh-keygen -p -m PEM -f COPY'
    }
  }
  const label = labels.find((each) => CERTIFICATE.test(each) || PRIVATE_KEY.test(each)) ?? labels[0] ?? ''
  return { why: `it is a ${label.replace(/^(X509|TRUSTED) (?=CERT)/, '').toLowerCase()}` }
}

function whatTextItIs(text: string): { why: string; suggestion?: string } {
  if (!/-----\s*BEGIN /.test(text)) return { why: 'it is not PEM' }
  const oneLine = /-----BEGIN [A-Z0-9 ]+-----(?![ \t]*\r?\n)/.test(text)
  if (!oneLine) return { why: 'its PEM has no end', suggestion: 'get the whole file again' }
  return {
    why: 'its PEM is on one line',
    suggestion: 'end a line behind the BEGIN line, after every 64 characters, and before the END line'
  }
}
