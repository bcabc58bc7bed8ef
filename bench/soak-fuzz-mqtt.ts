// npm run soak -- fuzz-mqtt [messages] [seed]: the fuzz of the device channel in full size.
import { runMqttFuzz } from '../test/support/mqtt-fuzz.ts'
import { soakFuzz } from './support/soak-fuzz.ts'

await soakFuzz('fuzz-mqtt', runMqttFuzz)
