import type { session as operations } from '../manage/session.ts'
import type { ExamplesOf } from './kit.ts'
import { me } from './things.ts'

export const session: ExamplesOf<typeof operations> = {
  signIn: {
    body: { email: 'operator@hdb.example', password: 'correct horse battery' },
    reply: me,
    replyHeaders: { 'Set-Cookie': 'session=o8Qk…; Path=/; HttpOnly; SameSite=Strict; Secure' },
  },
  view: { reply: me },
  signOut: {},
  limits: {
    reply: {
      firmwareMaxBytes: 104_857_600,
      verificationDevices: 5,
      pageSizeMax: 200,
      contact: 'GovTech',
      release: '0.1.0',
    },
  },
}
