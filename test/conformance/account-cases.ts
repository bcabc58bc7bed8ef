import type { Case } from './case.ts'
import { ORG, OTHER_ORG } from './scene.ts'

export const sessionCases: Case[] = [
  {
    sentence: 'signs in',
    endpoint: 'session.signIn',
    as: null,
    input: ({ backend }) => ({ body: { email: backend.emailOf('operator'), password: backend.password } }),
  },
  {
    sentence: 'signs in whatever the case of the address',
    endpoint: 'session.signIn',
    as: null,
    input: ({ backend }) => ({
      body: { email: ` ${backend.emailOf('viewer').toUpperCase()}`, password: backend.password },
    }),
  },
  {
    sentence: 'refuses a wrong password',
    endpoint: 'session.signIn',
    as: null,
    input: ({ backend }) => ({ body: { email: backend.emailOf('operator'), password: 'wrong' } }),
    refusal: [401, 'wrong_credentials'],
  },
  {
    sentence: 'refuses an unknown address in the same words',
    endpoint: 'session.signIn',
    as: null,
    input: { body: { email: 'stranger@example.com', password: 'wrong' } },
    refusal: [401, 'wrong_credentials'],
  },
  {
    sentence: 'asks for what is missing beside its field',
    endpoint: 'session.signIn',
    as: null,
    input: { body: { email: '', password: '' } },
    refusal: [400, 'invalid_request'],
  },
  {
    sentence: 'refuses a field that it does not know',
    endpoint: 'session.signIn',
    as: null,
    input: { body: { email: 'a@b.c', password: 'x', remember: true } },
    refusal: [400, 'invalid_request'],
  },
  {
    sentence: 'refuses what is no JSON',
    endpoint: 'session.signIn',
    as: null,
    input: { body: '{"email":' },
    refusal: [400, 'malformed_json'],
  },
  { sentence: 'says who an operator is', endpoint: 'session.view' },
  { sentence: 'says who a support officer is', endpoint: 'session.view', as: 'support' },
  { sentence: 'says who a platform administrator is', endpoint: 'session.view', as: 'platformAdmin' },
  { sentence: 'knows nobody without a session', endpoint: 'session.view', as: null, refusal: [401, 'unauthenticated'] },
  { sentence: 'signs out', endpoint: 'session.signOut', as: 'approver' },
  { sentence: 'cannot sign out nobody', endpoint: 'session.signOut', as: null, refusal: [401, 'unauthenticated'] },
  { sentence: 'tells the limits to anyone', endpoint: 'session.limits', as: null },
]

export const orgCases: Case[] = [
  { sentence: 'lists one’s own organisations', endpoint: 'orgs.list' },
  { sentence: 'lists organisations to nobody', endpoint: 'orgs.list', as: null, refusal: [401, 'unauthenticated'] },
  { sentence: 'lists every organisation for support', endpoint: 'orgs.list', as: 'support' },
  { sentence: 'shows an organisation', endpoint: 'orgs.view', as: 'viewer', input: { params: { org: ORG } } },
  {
    sentence: 'shows any organisation to support',
    endpoint: 'orgs.view',
    as: 'support',
    input: { params: { org: OTHER_ORG } },
  },
  {
    sentence: 'hides another organisation',
    endpoint: 'orgs.view',
    input: { params: { org: OTHER_ORG } },
    refusal: [404, 'not_found'],
  },
  {
    sentence: 'hides an organisation that is none in the same words',
    endpoint: 'orgs.view',
    input: { params: { org: 'no-such-org' } },
    refusal: [404, 'not_found'],
  },
  {
    sentence: 'hides an address that can be no organisation in the same words',
    endpoint: 'orgs.view',
    as: 'support',
    input: { params: { org: 'No Such' } },
    refusal: [404, 'not_found'],
  },
  {
    sentence: 'shows no organisation without a session',
    endpoint: 'orgs.view',
    as: null,
    input: { params: { org: ORG } },
    refusal: [401, 'unauthenticated'],
  },
  {
    sentence: 'creates an organisation',
    endpoint: 'orgs.create',
    as: 'platformAdmin',
    input: { body: { slug: 'lta', name: 'Land Transport Authority' } },
  },
  {
    sentence: 'refuses a slug that is taken',
    endpoint: 'orgs.create',
    as: 'platformAdmin',
    input: { body: { slug: ORG, name: 'Again' } },
    refusal: [409, 'taken'],
  },
  {
    sentence: 'refuses a zone that is none',
    endpoint: 'orgs.create',
    as: 'platformAdmin',
    input: { body: { slug: 'pub', name: 'PUB', zone: 'Asia/Nowhere' } },
    refusal: [400, 'invalid_request'],
  },
  {
    sentence: 'lets no administrator of an agency create organisations',
    endpoint: 'orgs.create',
    as: 'admin',
    input: { body: { slug: 'ura', name: 'URA' } },
    refusal: [403, 'forbidden'],
  },
]
