import { firmwareIds } from '#mock-api/seed/firmware.ts'
import { jobIds } from '#mock-api/seed/jobs.ts'

import { textFile } from './support/files.ts'
import { choose, expect, expectToast, open, rowOf, test } from './support/test.ts'

const newUpgrade = `/orgs/hdb/jobs/new?type=upgrade&firmware=${firmwareIds.verified}`

test('an operator gives the devices of a job as a CSV, after mending its wrong lines', async ({ page }) => {
  await open(page, newUpgrade)
  const input = page.getByLabel('CSV of device keys')
  await input.setInputFiles(textFile('south.csv', 'deviceKey,site\nmeter-021,a\nno key at all,b\n,c\n'))
  const wrong = page.getByRole('table', { name: 'Wrong lines' })
  await expect(rowOf(page, '3')).toContainText('“no key at all” is no device key')
  await expect(rowOf(page, '4')).toContainText('The device key is missing')
  await expect(page.getByRole('alert')).toContainText('2 of 3 lines are wrong, so nothing was kept.')

  await input.setInputFiles(textFile('south.csv', 'deviceKey\nmeter-021\nmeter-022\nmeter-022\nmeter-999\n'))
  await expect(page.getByRole('status', { name: 'What the list holds' })).toHaveText(
    '3 device keys; 1 key was unknown to this product when it was taken; 1 line repeated a key.',
  )
  await expect(wrong).toHaveCount(0)
  await expect(page.getByRole('combobox', { name: 'Device list' })).toHaveValue('south.csv (3)')
  await expect(page.getByRole('status', { name: 'Matching devices' })).toContainText('2 devices match')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expectToast(page, /is saved/)
})

test('an operator takes devices over from an older job', async ({ page }) => {
  await open(page, newUpgrade)
  await page.getByRole('textbox', { name: 'Device keys' }).fill('meter-021 meter-022')
  const whose = page.getByRole('radiogroup', { name: '2 devices of these are also wanted by another unfinished job' })
  await expect(whose.getByRole('radio', { name: /The oldest job goes first/ })).toBeChecked()
  await whose.getByRole('radio', { name: 'Take the devices over' }).check()
  await page.getByRole('textbox', { name: 'Job Name' }).fill('newer-rollout')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expectToast(page, /is saved/)
  const openJob = async (name: string) => {
    await page.getByRole('link', { name: 'OTA Jobs' }).first().click()
    await page.getByRole('link', { name }).click()
    await expect(page.getByRole('tab', { name: /To be Pushed/ })).toBeVisible()
  }
  await openJob('weekend-rollout')
  await expect(page.getByRole('tab', { name: /Skipped/ })).toHaveCount(0)

  await openJob('newer-rollout')
  await page.getByRole('button', { name: 'Start' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('What older jobs still wait to push to its devices is skipped there.')
  await dialog.getByRole('button', { name: 'Start' }).click()
  await expectToast(page, /is started/)
  await openJob('weekend-rollout')
  await expect(page.getByRole('tab', { name: /Skipped \(2\)/ })).toBeVisible()
})

test('an operator copies a job, and the copy begins with all that it says', async ({ page }) => {
  await open(page, `/orgs/hdb/jobs/${jobIds.stopped}`)
  await page.getByRole('link', { name: 'Clone' }).click()
  await expect(page.getByRole('heading', { name: 'Clone of weekend-rollout' })).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Job Name' })).toHaveValue('weekend-rollout (copy)')
  await page.getByRole('textbox', { name: 'Job Name' }).fill('weekend-again')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expectToast(page, 'weekend-again is saved')
})

test('an operator rolls back: a new job with the version before, for whoever runs the new one', async ({ page }) => {
  await open(page, `/orgs/hdb/jobs/${jobIds.completed}`)
  await page.getByRole('link', { name: 'Roll back' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Roll back')
  // no firmware of that version is here: it was on the devices before the portal was
  await expect(page.getByRole('note')).toContainText(/No firmware of version .* is here any more/)
})

test('an operator edits a stopped job, and it is matched again', async ({ page }) => {
  await open(page, `/orgs/hdb/jobs/${jobIds.stopped}`)
  await page.getByRole('link', { name: 'Edit', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Edit weekend-rollout' })).toBeVisible()
  const save = page.getByRole('button', { name: 'Save changes' })
  await expect(save).toHaveAccessibleDescription('Nothing is changed yet.')
  await page.getByRole('textbox', { name: 'Device keys' }).fill('meter-021 meter-022')
  await expect(page.getByRole('status', { name: 'Matching devices' })).toContainText('2 devices match')
  await save.click()
  await expectToast(page, 'weekend-rollout is saved')
  await expect(page.getByRole('tab', { name: /To be Pushed \(2\)/ })).toBeVisible()
})

test('a running job cannot be edited, and its page says why', async ({ page }) => {
  await open(page, `/orgs/hdb/jobs/${jobIds.started}/edit`)
  await page.getByRole('textbox', { name: 'Device keys' }).fill('meter-021')
  await expect(page.getByRole('button', { name: 'Save changes' })).toHaveAccessibleDescription(
    /Stop it before you edit it/,
  )
})

test('the preview says what happens next, and changes with the policy', async ({ page }) => {
  await open(page, newUpgrade)
  const next = page.getByRole('list', { name: 'What happens next' })
  await expect(next).toContainText('At once it is pushed to the devices')
  await page.getByRole('checkbox', { name: 'A second person approves the start' }).check()
  await expect(next).toContainText('A second person is asked')
  await page.getByRole('switch', { name: 'In waves' }).click()
  await expect(page.getByRole('list', { name: 'Waves' })).toContainText('up to 5 %')
  await choose(page, 'Devices of the job', 'Also those that match later')
  await expect(next).toContainText('Devices that come to match later join')
})
