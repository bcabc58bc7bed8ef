/** A whole string, or what looks like a number; outside of strings valid JSON has digits in numbers only. */
const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g

/**
 * JSON in which every number is kept as the text that was sent, because a device that runs `1.0` says so with a number
 * and `JSON.parse` would make it `1`. Node 20 offers no access to the source text of a number.
 * @throws SyntaxError when the text is not JSON
 */
export function parseKeepingNumbers(text: string): unknown {
  const plain: unknown = JSON.parse(text)
  const quoted = text.replace(STRING_OR_NUMBER, (token) => (token.startsWith('"') ? token : `"${token}"`))
  return quoted.length === text.length ? plain : JSON.parse(quoted)
}
