import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'

import { PASSWORD, people } from '#mock-api/seed/people.ts'

import { renderPortal } from '../../../test/support/portal.tsx'

test('a wrong password is refused in plain words and nothing typed is lost', async () => {
  const { user } = renderPortal('/sign-in', { as: null })
  await user.type(await screen.findByRole('textbox', { name: 'Email' }), people.operator.email)
  await user.type(screen.getByLabelText('Password'), 'guessed')
  await user.click(screen.getByRole('button', { name: 'Sign in' }))

  expect(await screen.findByRole('alert')).toHaveTextContent(/wrong|not right|do not match/i)
  expect(screen.getByRole('textbox', { name: 'Email' })).toHaveValue(people.operator.email)
})

test('what is missing is said beside its field, and nothing is sent', async () => {
  const { user } = renderPortal('/sign-in', { as: null })
  await user.click(await screen.findByRole('button', { name: 'Sign in' }))

  expect(screen.getByRole('textbox', { name: 'Email' })).toHaveAccessibleDescription('Enter your email address')
  expect(screen.getByLabelText('Password')).toHaveAccessibleDescription('Enter your password')
})

test('an operator who followed a link signs in and arrives where the link led', async () => {
  const { user, router } = renderPortal('/orgs/hdb/products?sort=name', { as: null })
  await user.type(await screen.findByRole('textbox', { name: 'Email' }), people.operator.email)
  await user.type(screen.getByLabelText('Password'), PASSWORD)
  await user.click(screen.getByRole('button', { name: 'Sign in' }))

  expect(await screen.findByRole('heading', { level: 1, name: 'Products' })).toBeVisible()
  expect(router.state.location).toMatchObject({ pathname: '/orgs/hdb/products', search: '?sort=name' })
})
