// npm run soak -- fuzz-http [requests] [seed]: the fuzz of the HTTP integration in full size.
import { runHttpFuzz } from '../test/support/http-fuzz.ts'
import { soakFuzz } from './support/soak-fuzz.ts'

await soakFuzz('fuzz-http', runHttpFuzz)
