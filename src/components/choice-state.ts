interface Asked {
  data: unknown
  error: Error | null
}

/**
 * What a field whose choices are asked for says while there are none: an empty list that is not known yet, or could not
 * be had, must not look like one that is empty.
 * @param noun what is chosen from, as it stands in a sentence: "the products"
 * @param none what an empty list means
 */
export function choiceState({ data, error }: Asked, noun: string, none: string) {
  if (data !== undefined) return { nothingFoundMessage: none }
  if (!error) return { nothingFoundMessage: `Loading ${noun}` }
  const sentence = `Could not load ${noun}. ${error.message}`
  return { nothingFoundMessage: sentence, error: sentence }
}
