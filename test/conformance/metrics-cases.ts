import { METRICS } from '#contract/manage/metrics.ts'
import { TaskStatus } from '#contract/manage/tasks.ts'

import type { BytesCase } from './bytes-cases.ts'
import type { Scene } from './scene.ts'

const page = async (scene: Scene) => {
  const answer = await scene.call(null, 'service.metrics', {})
  return { answer, lines: new TextDecoder().decode(answer.bytes).trimEnd().split('\n') }
}
const familyOf = (line: string): string => /^[a-z_]+/.exec(line)?.[0] ?? line

export const metricsCases: BytesCase[] = [
  {
    sentence: 'are a page that Prometheus reads, of families that the contract names',
    act: async (scene) => {
      const { answer, lines } = await page(scene)
      const samples = lines.filter((line) => !line.startsWith('#'))
      return [
        answer.status,
        answer.headers.get('content-type'),
        samples.filter((line) => !/^[a-z_]+(?:\{(?:[a-z]+="[^"]*",?)+\})? -?[\d.e+-]+$/.test(line)),
        samples.map(familyOf).filter((name) => !(name in METRICS)),
      ]
    },
    seen: [200, 'text/plain; version=0.0.4; charset=utf-8', [], []],
  },
  {
    sentence: 'count the tasks of a job that was made',
    act: async (scene) => {
      const waiting = async () => {
        const { lines } = await page(scene)
        return Number(lines.find((line) => line.startsWith('ota_tasks{state="init"}'))?.split(' ')[1])
      }
      const { id } = await scene.firmware(81)
      const before = await waiting()
      await scene.job(id, ['online-1', 'offline-1'])
      return (await waiting()) - before
    },
    seen: 2,
  },
  {
    sentence: 'tell of every state, also of those that nothing is in',
    act: async (scene) => {
      const { lines } = await page(scene)
      return lines.filter((line) => line.startsWith('ota_tasks{')).length
    },
    seen: TaskStatus.options.length,
  },
]
