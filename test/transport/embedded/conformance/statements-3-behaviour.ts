import { forClients, held, type Statements, untested } from './statement.js'

/** MQTT 3.1.1: chapters 4 to 7. */
export const behaviourStatements3: Statements = {
  '4.1.0-1': held('a session is kept as long as it lasts'),
  '4.1.0-2': held('it lasts at least as long as its connection'),
  '4.3.1-1': held('QoS 0 goes out unmarked'),
  '4.3.2-1': held('QoS 1 has an identifier of its own, first goes out unmarked, and waits for PUBACK'),
  '4.3.2-2': held('QoS 1 is answered with PUBACK, after which its identifier is a new message'),
  '4.3.3-1': held(
    'QoS 2 has an identifier of its own, waits for PUBREC, then sends PUBREL and waits for PUBCOMP'
  ),
  '4.3.3-2': held('QoS 2 is answered with PUBREC; until PUBREL its identifier is the same message'),
  '4.4.0-1': held('what is unacknowledged is sent again when the client is back'),
  '4.5.0-1': held(
    'a message goes into each session that is subscribed',
    'beyond 100,000 messages or 256 MiB a session takes no more; the broker counts what it drops'
  ),
  '4.5.0-2': forClients('every message is acknowledged'),
  '4.6.0-1': held('messages are sent again in their order'),
  '4.6.0-2': forClients('PUBACK comes in the order of the messages'),
  '4.6.0-3': forClients('PUBREC comes in the order of the messages'),
  '4.6.0-4': forClients('PUBREL comes in the order of PUBREC'),
  '4.6.0-5': held('every channel is ordered'),
  '4.6.0-6': held('messages of one client, channel and QoS stay in order'),
  '4.7.1-1': held('a topic has no wildcards'),
  '4.7.1-2': held('# is a whole level, and the last'),
  '4.7.1-3': held('+ is a whole level'),
  '4.7.2-1': held('a wildcard in front does not match $'),
  '4.7.3-1': held('topics and filters are not empty'),
  '4.7.3-2': held('topics and filters hold no NUL'),
  '4.7.3-3': held(
    'topics and filters have at most 65,535 bytes',
    'the broker refuses those of more than 128 levels'
  ),
  '4.7.3-4': held('topics are compared as they are'),
  '4.8.0-1': held('a protocol violation closes the connection'),
  '4.8.0-2': held('an error of the moment closes the connection'),
  '6.0.0-1': held('MQTT comes in binary frames; others close the connection'),
  '6.0.0-2': held('frames and packets need not match'),
  '6.0.0-3': forClients('a client offers "mqtt"'),
  '6.0.0-4': held('the server chooses "mqtt"', 'a client that offers "mqttv3.1" alone is given that'),
  '7.0.0-1': untested(
    'a server that connects to others is a client as well',
    'the broker connects to no other'
  ),
  '7.0.0-2': untested('no extension is needed', 'every test here does without one'),
  '7.1.1-1': held('the transport keeps order and loses nothing'),
  '7.1.2-1': forClients('the transport keeps order and loses nothing')
}
