// The JSON shape that `subscribe --json`, `publish --json` and recordings share. Reading a written line gives the same bytes back.
export { encodeEnvelope, formatEnvelope } from './envelope-encode.js'
export { type EnvelopeDefaults, parseEnvelope } from './envelope-parse.js'
export { unknownFields } from './line-fields.js'
export { UnknownFields } from './unknown-fields.js'
