/** True, or why not: a sentence, or something with a title as the rules of the domain answer. */
type Answer = true | string | { title: string }

/** The first reason that speaks against something; undefined when nothing does. */
export function whyNot(...answers: readonly Answer[]): string | undefined {
  for (const answer of answers) {
    if (answer !== true) return typeof answer === 'string' ? answer : answer.title
  }
  return undefined
}
