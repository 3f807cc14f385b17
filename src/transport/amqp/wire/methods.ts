/** A method's class and number within the class, as the first four bytes of its frame say them. */
const method = (group: number, number: number): number => group * 0x1_0000 + number

export const CONNECTION_START = method(10, 10)
export const CONNECTION_START_OK = method(10, 11)
export const CONNECTION_SECURE = method(10, 20)
export const CONNECTION_TUNE = method(10, 30)
export const CONNECTION_TUNE_OK = method(10, 31)
export const CONNECTION_OPEN = method(10, 40)
export const CONNECTION_OPEN_OK = method(10, 41)
export const CONNECTION_CLOSE = method(10, 50)
export const CONNECTION_CLOSE_OK = method(10, 51)
export const CONNECTION_BLOCKED = method(10, 60)
export const CONNECTION_UNBLOCKED = method(10, 61)

export const CHANNEL_OPEN = method(20, 10)
export const CHANNEL_OPEN_OK = method(20, 11)
export const CHANNEL_FLOW = method(20, 20)
export const CHANNEL_FLOW_OK = method(20, 21)
export const CHANNEL_CLOSE = method(20, 40)
export const CHANNEL_CLOSE_OK = method(20, 41)

export const EXCHANGE_DECLARE = method(40, 10)
export const EXCHANGE_DECLARE_OK = method(40, 11)

export const QUEUE_DECLARE = method(50, 10)
export const QUEUE_DECLARE_OK = method(50, 11)
export const QUEUE_BIND = method(50, 20)
export const QUEUE_BIND_OK = method(50, 21)
export const QUEUE_DELETE = method(50, 40)
export const QUEUE_DELETE_OK = method(50, 41)

export const BASIC_QOS = method(60, 10)
export const BASIC_QOS_OK = method(60, 11)
export const BASIC_CONSUME = method(60, 20)
export const BASIC_CONSUME_OK = method(60, 21)
export const BASIC_CANCEL = method(60, 30)
export const BASIC_CANCEL_OK = method(60, 31)
export const BASIC_PUBLISH = method(60, 40)
export const BASIC_RETURN = method(60, 50)
export const BASIC_DELIVER = method(60, 60)
export const BASIC_GET_OK = method(60, 71)
export const BASIC_ACK = method(60, 80)
export const BASIC_REJECT = method(60, 90)
export const BASIC_NACK = method(60, 120)

export const CONFIRM_SELECT = method(85, 10)
export const CONFIRM_SELECT_OK = method(85, 11)

/** The class of every content. */
export const BASIC = 60

/** Whether a content follows a method that a broker sends. */
export const carriesContent = (id: number): boolean =>
  id === BASIC_DELIVER || id === BASIC_RETURN || id === BASIC_GET_OK
