import { ActionIcon, Button, Group, Input, Stack, TextInput } from '@mantine/core'

import { Tags } from '#contract/manage/common.ts'
import { CrossIcon } from './icons.tsx'

/** Tags while they are typed: in their order, and a key may still be empty or stand twice. */
export type TagPairs = readonly (readonly [key: string, value: string])[]

export const toPairs = (tags: Tags): TagPairs => Object.entries(tags)
/** Rows that are wholly empty are left out. */
export const toTags = (pairs: TagPairs): Tags =>
  Object.fromEntries(pairs.filter(([key, value]) => key !== '' || value !== ''))

/** What is wrong with a row, in the words of the contract; undefined when nothing is. */
export function tagProblem(pairs: TagPairs, index: number): string | undefined {
  const [key, value] = pairs[index] ?? ['', '']
  if (key === '' && value === '') return undefined
  if (pairs.some(([other], n) => n < index && other === key)) return `The key ${key} stands twice`
  return Tags.safeParse({ [key]: value }).error?.issues[0]?.message
}

interface Props {
  value: TagPairs
  change: (pairs: TagPairs) => void
}

/** Tags as rows of key and value, each said what is wrong with it beside it. */
export function TagsField({ value, change }: Props) {
  const edit = (index: number, pair: readonly [string, string]) => change(value.with(index, pair))
  return (
    <Input.Wrapper label="Tags" role="group" aria-label="Tags" labelElement="div">
      <Stack gap={6} mt={4} align="start">
        {value.map(([key, text], index) => (
          // rows have no identity but their place: a key changes with every letter
          <Group key={index} gap={6} align="start" wrap="nowrap" w="100%">
            <TextInput
              aria-label={`Tag ${index + 1}, key`}
              placeholder="key"
              value={key}
              error={tagProblem(value, index)}
              onChange={({ currentTarget }) => edit(index, [currentTarget.value, text])}
              flex={1}
              miw={0}
            />
            <TextInput
              aria-label={`Tag ${index + 1}, value`}
              placeholder="value"
              value={text}
              onChange={({ currentTarget }) => edit(index, [key, currentTarget.value])}
              flex={{ base: 1, xs: 2 }}
              miw={0}
            />
            <ActionIcon
              size="lg"
              aria-label={`Remove tag ${index + 1}`}
              onClick={() => change(value.filter((_, n) => n !== index))}
            >
              <CrossIcon />
            </ActionIcon>
          </Group>
        ))}
        <Button variant="default" size="xs" onClick={() => change([...value, ['', '']])}>
          Add a tag
        </Button>
      </Stack>
    </Input.Wrapper>
  )
}
