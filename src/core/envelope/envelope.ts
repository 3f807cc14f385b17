// The JSON shape that `subscribe --json`, `publish --json` and recordings share: what goes out comes back in, byte for byte.
export { encodeEnvelope, formatEnvelope } from './envelope-encode.js'
export { type EnvelopeDefaults, parseEnvelope } from './envelope-parse.js'
export { unknownFields } from './line-fields.js'
export { UnknownFields } from './unknown-fields.js'
