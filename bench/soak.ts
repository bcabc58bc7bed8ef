// npm run soak [-- part [sizes]]: what npm test does in small sizes, in full size.
import { runParts, type Part } from './support/parts.ts'

const PARTS: Readonly<Record<string, Part>> = {
  kill: { file: 'soak-kill.ts', what: '[devices] [runs]: SIGKILL in the middle of a rollout, again and again' },
  fleet: { file: 'soak-fleet.ts', what: '[devices]: a job for a big fleet, its pages and its end, while people ask' },
  'fuzz-mqtt': { file: 'soak-fuzz-mqtt.ts', what: '[messages] [seed]: hostile messages over MQTT' },
  'fuzz-http': { file: 'soak-fuzz-http.ts', what: '[requests] [seed]: hostile requests over HTTP' },
}

await runParts('npm run soak', PARTS)
