import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { messageOn, observed } from '../../support/observed.js'

const addresses = (names: readonly string[], payload = '1') =>
  observed(names.map((name) => messageOn(name, payload)))
    .families()
    .map(({ address }) => address)

/** Five identifiers of each scheme; the first two are enough where the kind is sure. */
const SCHEMES: readonly (readonly [scheme: string, sure: boolean, ids: readonly string[]])[] = [
  ['small numbers', false, ['1', '2', '3', '10', '117']],
  ['numbers with zeros', false, ['0001', '0002', '0017', '0100', '0999']],
  ['a word and a number', false, ['lamp1', 'lamp2', 'lamp3', 'lamp10', 'lamp11']],
  ['a word, a hyphen and a number', false, ['pump-1', 'pump-2', 'pump-3', 'pump-4', 'pump-12']],
  [
    'two words and a number',
    false,
    ['edge_node_1', 'edge_node_2', 'edge_node_3', 'edge_node_4', 'edge_node_5']
  ],
  ['a number sign', false, ['#1', '#2', '#3', '#4', '#12']],
  ['pairs of numbers', false, ['1-1', '1-2', '2-1', '2-2', '3-1']],
  ['rack and slot', false, ['rack-1-2', 'rack-2-1', 'rack-3-4', 'rack-3-5', 'rack-12-1']],
  ['KNX group addresses', false, ['1.1.1', '1.1.2', '1.2.1', '2.0.10', '3.4.5']],
  ['hexadecimal bytes', false, ['0a', '1f', '10', '2c', 'ff']],
  ['hexadecimal of 3 digits', false, ['0a3', '117', 'f20', '3bc', '9e1']],
  ['hexadecimal of 4 digits', true, ['00a3', '1f2e', '0017', 'beef', 'c0d1']],
  [
    'hexadecimal of 4 digits behind a word',
    true,
    ['line-00a3', 'line-0017', 'line-1b2c', 'line-00ff', 'line-0100']
  ],
  [
    'hexadecimal of 4 digits that a word runs into',
    true,
    ['meter1b2c', 'meter0f3e', 'meter0017', 'meterab12', 'meter9a0d']
  ],
  ['hexadecimal of 5 digits', true, ['1a2b3', '0f0f0', '12345', 'a0b1c', '9d8e7']],
  ['hexadecimal of 6 digits', true, ['a4cf12', '3494b2', '001122', 'abcdef', 'c8f09e']],
  ['hexadecimal of 7 digits', true, ['a4cf12b', '3494b2c', '0011223', 'abcde4f', 'c8f09e1']],
  ['hexadecimal of 8 digits', true, ['a1b2c3d4', '0fffffff', '12345678', 'abcdefab', 'c0ffee00']],
  ['hexadecimal of 10 digits', true, ['a1b2c3d4e5', '00f1e2d3c4', '1234567890', 'abcdef0123', '9f8e7d6c5b']],
  [
    'chip numbers without leading zeros',
    true,
    ['esp-a4cf12', 'esp-4cf12ab', 'esp-1f2e3d4c', 'esp-3494b2', 'esp-c8f09e']
  ],
  ['with 0x', true, ['0x0a', '0x1f', '0x10', '0x2c', '0xff']],
  [
    'with 0x, long',
    true,
    [
      '0x00158d0001a2b3c4',
      '0x00158d0001ffffff',
      '0x00124b0014d52bd6',
      '0x1111111111111111',
      '0xabcdefabcdefabcd'
    ]
  ],
  [
    'with an exclamation mark (Meshtastic)',
    true,
    ['!a1b2c3d4', '!deadbe3f', '!0badf00d', '!12345678', '!abcdefab']
  ],
  [
    'a product with a digit, and 6 digits (Shelly)',
    true,
    ['shelly1-A4CF12', 'shelly1-3494B2', 'shelly1-001122', 'shelly1-ABCDEF', 'shelly1-C8F09E']
  ],
  [
    'a product with digits, and a MAC address',
    true,
    [
      'shellypro4pm-a4cf12ab34cd',
      'shellypro4pm-3494b2001122',
      'shellypro4pm-001122334455',
      'shellypro4pm-abcdefabcdef',
      'shellypro4pm-c8f09e000001'
    ]
  ],
  [
    'a word with an underscore (Tasmota)',
    true,
    ['tasmota_a1b2c3', 'tasmota_0f0f0f', 'tasmota_abcdef', 'tasmota_123456', 'tasmota_9e8d7c']
  ],
  [
    'a word that 6 digits run into',
    true,
    ['sonoffA1B2C3', 'sonoff0F3E4D', 'sonoff349412', 'sonoffABCDE1', 'sonoffC8F09E']
  ],
  [
    'a word that ends like a hexadecimal digit',
    true,
    ['nodea1b2c3', 'node0f3e4d', 'node349412', 'nodeabcde1', 'nodec8f09e']
  ],
  [
    'a word, a digit and 8 digits',
    true,
    ['esp32_a4cf12ab', 'esp32_3494b200', 'esp32_00112233', 'esp32_abcdefab', 'esp32_c8f09e01']
  ],
  [
    '1-Wire',
    true,
    ['28-000005e2fdc3', '28-0316a2794cff', '28-000005e31234', '28-abcdefabcdef', '28-000000000001']
  ],
  [
    'MAC address with colons',
    true,
    ['aa:bb:cc:dd:ee:01', 'aa:bb:cc:dd:ee:02', '00:11:22:33:44:55', '12:34:56:78:9a:bc', 'de:ad:be:ef:00:01']
  ],
  [
    'MAC address with hyphens',
    true,
    ['aa-bb-cc-dd-ee-01', 'aa-bb-cc-dd-ee-02', '00-11-22-33-44-55', '12-34-56-78-9a-bc', 'de-ad-be-ef-00-01']
  ],
  [
    'MAC address with underscores',
    true,
    ['aa_bb_cc_dd_ee_01', 'aa_bb_cc_dd_ee_02', '00_11_22_33_44_55', '12_34_56_78_9a_bc', 'de_ad_be_ef_00_01']
  ],
  [
    'MAC address with dots',
    true,
    ['aabb.ccdd.ee01', 'aabb.ccdd.ee02', '0011.2233.4455', '1234.5678.9abc', 'dead.beef.0001']
  ],
  [
    'MAC address in two halves',
    true,
    ['aabbcc-ddee01', 'aabbcc-ddee02', '001122-334455', '123456-789abc', 'deadbe-ef0001']
  ],
  [
    'MAC address without separators',
    true,
    ['aabbccddee01', 'aabbccddee02', '001122334455', '123456789abc', 'deadbeef0001']
  ],
  [
    'MAC address behind a word',
    true,
    [
      'ap-aa:bb:cc:dd:ee:01',
      'ap-aa:bb:cc:dd:ee:02',
      'ap-00:11:22:33:44:55',
      'ap-12:34:56:78:9a:bc',
      'ap-de:ad:be:ef:00:01'
    ]
  ],
  [
    'EUI-64 with colons',
    true,
    [
      '00:12:4b:00:14:d5:2b:d6',
      '00:12:4b:00:14:d5:2b:d7',
      'aa:bb:cc:dd:ee:ff:00:11',
      '12:34:56:78:9a:bc:de:f0',
      '00:15:8d:00:01:a2:b3:c4'
    ]
  ],
  [
    'EUI-64 with hyphens',
    true,
    [
      '00-12-4b-00-14-d5-2b-d6',
      '00-12-4b-00-14-d5-2b-d7',
      'aa-bb-cc-dd-ee-ff-00-11',
      '12-34-56-78-9a-bc-de-f0',
      '00-15-8d-00-01-a2-b3-c4'
    ]
  ],
  [
    'EUI-64 with dots',
    true,
    [
      '0012.4b00.14d5.2bd6',
      '0012.4b00.14d5.2bd7',
      'aabb.ccdd.eeff.0011',
      '1234.5678.9abc.def0',
      '0015.8d00.01a2.b3c4'
    ]
  ],
  [
    'LoRaWAN, EUI-64 behind a word',
    true,
    [
      'eui-00124b0014d52bd6',
      'eui-aabbccddeeff0011',
      'eui-123456789abcdef0',
      'eui-00158d0001a2b3c4',
      'eui-a840410000000001'
    ]
  ],
  ['IPv4', true, ['192.168.1.10', '192.168.1.11', '10.0.0.1', '172.16.254.3', '8.8.8.8']],
  ['IPv4 with hyphens', true, ['192-168-1-10', '192-168-1-11', '10-0-0-1', '172-16-254-3', '8-8-8-8']],
  ['IPv4 with underscores', true, ['192_168_1_10', '192_168_1_11', '10_0_0_1', '172_16_254_3', '8_8_8_8']],
  [
    'IPv4 behind a word',
    true,
    ['ip-10-0-0-1', 'ip-10-0-0-12', 'ip-10-0-1-4', 'ip-172-16-254-3', 'ip-192-168-1-10']
  ],
  [
    'IPv4 with a port',
    true,
    ['10.0.0.1:502', '10.0.0.2:502', '10.0.1.4:1502', '172.16.254.3:502', '192.168.1.10:502']
  ],
  [
    'IPv6',
    true,
    ['fe80::1', 'fe80::2', '2001:db8::8a2e:370:7334', 'fe80::1234:5678', '2001:db8:0:1:1:1:1:1']
  ],
  [
    'UUID',
    true,
    [
      '123e4567-e89b-12d3-a456-426614174000',
      '00000000-0000-4000-8000-000000000001',
      'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
      '6ba7b810-9dad-11d1-80b4-00c04fd430c8',
      'f47ac10b-58cc-4372-a567-0e02b2c3d479'
    ]
  ],
  [
    'UUID without hyphens',
    true,
    [
      '123e4567e89b12d3a456426614174000',
      '00000000000040008000000000000001',
      'aaaaaaaaaaaa4aaa8aaaaaaaaaaaaaaa',
      '6ba7b8109dad11d180b400c04fd430c8',
      'f47ac10b58cc4372a5670e02b2c3d479'
    ]
  ],
  [
    'UUID behind a word',
    true,
    [
      'job-123e4567-e89b-12d3-a456-426614174000',
      'job-00000000-0000-4000-8000-000000000001',
      'job-aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
      'job-6ba7b810-9dad-11d1-80b4-00c04fd430c8',
      'job-f47ac10b-58cc-4372-a567-0e02b2c3d479'
    ]
  ],
  [
    'UUID as a URN',
    true,
    [
      'urn:uuid:123e4567-e89b-12d3-a456-426614174000',
      'urn:uuid:00000000-0000-4000-8000-000000000001',
      'urn:uuid:aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
      'urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8',
      'urn:uuid:f47ac10b-58cc-4372-a567-0e02b2c3d479'
    ]
  ],
  [
    'ObjectId',
    true,
    [
      '507f1f77bcf86cd799439011',
      '507f191e810c19729de860ea',
      '65a1b2c3d4e5f60718293a4b',
      '000000000000000000000001',
      'aaaaaaaaaaaaaaaaaaaaaaaa'
    ]
  ],
  [
    'SHA-1',
    true,
    [
      'da39a3ee5e6b4b0d3255bfef95601890afd80709',
      '2fd4e1c67a2d28fced849ee1bb76e7391b93eb12',
      'a9993e364706816aba3e25717850c26c9cd0d89d',
      '84983e441c3bd26ebaae4aa1f95129e5e54670f1',
      'de9f2c7fd25e1b3afad3e85a0bd17d9b100db4b3'
    ]
  ],
  [
    'ULID',
    true,
    [
      '01ARZ3NDEKTSV4RRFFQ69G5FAV',
      '01BX5ZZKBKACTAV9WEVGEMMVRZ',
      '01H8XGJWBWBAQ4Z5M9Y7K3E2TN',
      '01HZX3KJ7M2P4Q6R8S0T1V3W5X',
      '01G65Z755AFWAKHE12NY0CQ9FH'
    ]
  ],
  [
    'cuid',
    true,
    [
      'cjld2cjxh0000qzrmn831i7rn',
      'cjld2cyuq0000t3rmniod1foy',
      'ckopqwooh000001la8mbi2im9',
      'cl9ebqhxk00003b600tymydho',
      'cm0abc12d0001xyz9efgh4ijk'
    ]
  ],
  ['long serial numbers', true, ['100233', '100234', '250017', '999999', '000001']],
  [
    'snowflakes',
    true,
    [
      '1288834974657101824',
      '1288834974657101825',
      '1541815603606036480',
      '175928847299117063',
      '80351110224678912'
    ]
  ],
  [
    'IMEI',
    true,
    ['490154203237518', '356938035643809', '353918051234567', '012345678901234', '990000862471854']
  ],
  [
    'serial numbers behind letters',
    true,
    ['SN12345678', 'SN12345679', 'SN87654321', 'SN00000001', 'SN55550000']
  ],
  [
    'serial numbers with a year',
    true,
    ['SN-2023-000123', 'SN-2023-000124', 'SN-2024-000001', 'SN-2024-110002', 'SN-2025-000777']
  ],
  [
    'serial numbers with another letter each',
    true,
    ['A1234567', 'B7654321', 'C0000017', 'X5550001', 'K9000002']
  ],
  [
    'serial numbers in groups',
    true,
    ['X9K2-44QF-7H3D', 'A1B2-9ZX8-1K2L', '7H3D-X9K2-44QF', 'Q4R5-6T7Y-8U9I', 'M3N4-5B6V-7C8X']
  ],
  [
    'serial numbers of mixed characters',
    true,
    ['G8T1K7R00012', 'C02XL0GSJG5H', 'F17MQ1ABDCP7', 'D25T1234HX87', 'J9Z8Y7X6W5V4']
  ],
  [
    'vehicle identification numbers',
    true,
    ['1HGCM82633A004352', 'JH4KA7561PC008269', '5YJSA1E26HF000337', 'WVWZZZ1JZ3W386752', '2FTRX18W1XCA01212']
  ],
  [
    'random characters behind a word',
    true,
    ['dev-x7k2m9qa', 'dev-9a8b7cz6', 'dev-q1w2e3r4', 'dev-1z2x3c4v', 'dev-m5n6b7v8']
  ],
  ['dates', true, ['2024-01-31', '2024-02-01', '2024-12-24', '2025-01-01', '1999-12-31']],
  ['dates without hyphens', true, ['20240131', '20240201', '20241224', '20250101', '19991231']],
  ['dates with dots', true, ['2024.01.31', '2024.02.01', '2024.12.24', '2025.01.01', '1999.12.31']],
  ['dates, the day first', true, ['31.01.2024', '01.02.2024', '24.12.2024', '01.01.2025', '31.12.1999']],
  [
    'dates behind a word',
    true,
    ['log-2024-01-31', 'log-2024-02-01', 'log-2024-12-24', 'log-2025-01-01', 'log-1999-12-31']
  ],
  [
    'times of a day',
    true,
    [
      '2024-01-31T10:00:00Z',
      '2024-01-31T11:30:00Z',
      '2024-02-01T00:00:00Z',
      '2025-01-01T23:59:59Z',
      '2025-01-01T12:00:00Z'
    ]
  ],
  [
    'times without separators',
    true,
    ['20240131T100000Z', '20240131T113000Z', '20240201T000000Z', '20250101T235959Z', '20250101T120000Z']
  ],
  ['months', true, ['2024-01', '2024-02', '2024-12', '2025-01', '1999-12']],
  ['weeks', true, ['2024-W01', '2024-W02', '2024-W52', '2025-W01', '1999-W53']],
  ['seconds since 1970', true, ['1700000000', '1700000060', '1710000000', '1600000000', '1500000000']]
]

/** Identifiers whose letters are digits of base 62 or 64: in upper or lower case they would be other identifiers, or words. */
const OF_BOTH_CASES: readonly (readonly [scheme: string, ids: readonly string[]])[] = [
  [
    'nanoid',
    [
      'V1StGXR8_Z5jdHi6B-myT',
      '3Tz8kQ-pL0xWv9Rn2BsYc',
      'aB3dE5fG7hI9jK1lM3nO5',
      'x9Yk2LmN8pQr4StU6vWz0',
      'Z5jdHi6BmyTV1StGXR8-q'
    ]
  ],
  [
    'KSUID',
    [
      '0ujtsYcgvSTl8PAuAdqWYSMnLOv',
      '0ujzPyRiIAffKhBux4PvQdDqMHY',
      '1srOrx2ZWZBpBUvZwXKQmoEYga2',
      '0o5Fs0EELR0fUjHjbCnEtdUwQe3',
      '2aV9Lr8PAuA7qWYSM1LOvujtsYc'
    ]
  ]
]

describe('channels of five devices are one family, and of two where the kind is sure', () => {
  const cases = SCHEMES.map(([scheme, sure, ids]) => [scheme, { sure, ids }] as const)

  test.each(cases)('%s', (_, { sure, ids }) => {
    for (const cased of [ids, ids.map((id) => id.toUpperCase()), ids.map((id) => id.toLowerCase())]) {
      expect(addresses(cased.map((id) => `plant/${id}`))).toEqual([
        expect.stringMatching(/^plant\/\{[a-z][a-z0-9_]*_id\}$/)
      ])
      const two = cased.slice(0, 2).map((id) => `plant/${id}`)
      expect(addresses(two)).toEqual(sure ? [expect.stringContaining('{')] : [...two].sort())
    }
  })

  test.each(OF_BOTH_CASES)('%s', (_, ids) => {
    expect(addresses(ids.map((id) => `plant/${id}`))).toEqual(['plant/{plant_id}'])
    expect(addresses(ids.slice(0, 2).map((id) => `plant/${id}`))).toEqual(['plant/{plant_id}'])
  })

  test('the parameter is named after the word before the identifier', () => {
    const named = (...ids: string[]) => addresses(ids.map((id) => `d/${id}`))
    expect(named('shelly1-A4CF12', 'shelly1-3494B2')).toEqual(['d/{shelly1_id}'])
    expect(named('line-00a3', 'line-0017')).toEqual(['d/{line_id}'])
    expect(named('28-000005e2fdc3', '28-0316a2794cff')).toEqual(['d/{d_id}'])
    expect(named('SN-2023-000123', 'SN-2023-000124')).toEqual(['d/{sn_2023_id}'])
    expect(named('!a1b2c3d4', '!deadbe3f')).toEqual(['d/{d_id}'])
  })
})

describe('what only looks like an identifier stays as it is', () => {
  test.each([
    ['words', ['humidity', 'pressure', 'temperature', 'battery', 'voltage']],
    ['rooms', ['kitchen', 'bath', 'hall', 'livingroom', 'cellar']],
    ['rooms with a letter', ['room-a', 'room-b', 'room-c', 'room-d', 'room-e']],
    ['words that are also hexadecimal', ['bed', 'cab', 'face', 'fade', 'decade', 'facade', 'dead', 'beef']],
    ['words of one length that are also hexadecimal', ['bed', 'cab', 'bad', 'fad', 'dab']],
    ['words behind a word that are also hexadecimal', ['lamp-bed', 'lamp-cab', 'lamp-dad']],
    [
      'long words behind a word that are also hexadecimal',
      ['sensor-facade', 'sensor-decade', 'sensor-accede']
    ],
    ['hexadecimal words with a number', ['bed100', 'cab200', 'dad300', 'facade01', 'decade01']],
    ['rooms with a hexadecimal word and a number', ['room-bed001', 'room-cab001', 'room-dad001']],
    ['units', ['kwh', 'lux', 'celsius', 'ppm', 'hpa']],
    ['a number and its unit', ['10a', '16a', '32a', '63a']],
    ['volts', ['12v', '24v', '48v', '230v']],
    ['volts and their kind', ['12ac', '24ac', '24dc', '48dc']],
    ['kelvins', ['2700k', '3000k', '4000k', '5000k']],
    ['lines of a screen', ['720p', '1080p', '1440p', '2160p']],
    ['gases', ['co2', 'no2', 'so2', 'o3', 'nh3', 'tvoc']],
    ['inputs', ['ac1', 'ac2', 'dc1', 'dc2']],
    ['axes', ['x1', 'y1', 'z1', 'x2', 'y2', 'z2']],
    ['business', ['b2b', 'b2c', 'c2c', 'p2p']],
    ['protocols', ['ipv4toipv6', 'ipv6toipv4', 'http2', 'mp3', 'h264']],
    ['two versions', ['v1', 'v2']],
    ['two short numbers', ['1', '2']],
    ['two years', ['2024', '2025']],
    ['words of one length with digits', ['temp1hum2', 'wind3rain', 'lux1volt2']],
    ['camel case', ['SensorTemperature2Value', 'SensorBrightness2Values', 'DeviceConfiguration2Get']],
    ['reverse names', ['com.example.first', 'com.example.other', 'com.example.third']],
    ['suffixes', ['temp_min', 'temp_max', 'temp_avg']],
    [
      'what is measured at a numbered place',
      ['port-1-volts', 'port-2-volts', 'port-3-watts', 'port-1-watts']
    ],
    ['times', ['morning', 'noon', 'evening', 'night']]
  ])('%s', (_, ids) => {
    for (const cased of [ids, ids.map((id) => id.toUpperCase())]) {
      const names = cased.map((id) => `plant/${id}`)
      expect(addresses(names)).toEqual([...names].sort())
    }
  })

  test.each([
    ['versions', ['v1', 'v2', 'v3']],
    ['versions of three parts', ['1.0.0', '1.2.0', '2.0.1']],
    ['dates', ['2024', '2025', '2026']]
  ])('%s with other payloads', (_, ids) => {
    const messages = ids.map((id, i) => messageOn(`api/${id}`, `{"name${i}":1,"other${i}":2}`))
    expect(observed(messages).families()).toHaveLength(3)
  })
})

describe('for any devices', () => {
  const hexOf = (length: number) =>
    fc.integer({ min: 0, max: 16 ** length - 1 }).map((n) => n.toString(16).padStart(length, '0'))
  const ids = fc
    .constantFrom(4, 5, 6, 7, 8, 12)
    .chain((length) => fc.uniqueArray(hexOf(length), { minLength: 2, maxLength: 9 }))

  test('each channel is in exactly one family, and all are one family if one of them is surely hexadecimal', () => {
    fc.assert(
      fc.property(ids, fc.constantFrom('', 'dev-', 'a1_', '!', 'esp32', 'node'), (tails, prefix) => {
        const names = ['1a2b3c4d5e6f'.slice(0, tails[0]?.length), ...tails].map(
          (tail) => `p/${prefix}${tail}`
        )
        const families = observed([...new Set(names)].map((name) => messageOn(name, '1'))).families()
        expect(families.map(({ address }) => address)).toEqual([expect.stringContaining('{')])
      })
    )
  })
})
