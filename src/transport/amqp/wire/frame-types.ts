/** The types of frames. */
export const METHOD = 1
export const HEADER = 2
export const BODY = 3
export const HEARTBEAT = 8

/** The last byte of every frame. */
export const FRAME_END = 0xce

/** The bytes of a frame before its payload: type, channel and length. */
export const FRAME_HEAD = 7

/** The bytes of a frame around its payload. */
export const FRAME_OVERHEAD = FRAME_HEAD + 1

/** The smallest maximum that both sides have to take for a frame, in bytes. */
export const SMALLEST_FRAME_MAX = 4096
