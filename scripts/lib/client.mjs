/**
 * The management API as a script or a test calls it: signed in, with the cookie kept.
 * @typedef {{ call: (method: string, path: string, body?: unknown) => Promise<any>, cookie: string, url: string }} Client
 */

/**
 * @param {string} url
 * @param {string} method
 * @param {string} path
 * @param {unknown} body
 * @param {string} cookie
 */
async function send(url, method, path, body, cookie) {
  const headers = {
    // the server believes a cookie only together with its own origin
    origin: url,
    ...(cookie && { cookie }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  }
  const response = await fetch(url + path, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
  return { response, reply: text === '' ? undefined : JSON.parse(text) }
}

/**
 * Signs in and answers a client that stays signed in.
 * @param {string} url origin of the service
 * @param {{ email: string, password: string }} who
 * @returns {Promise<Client>}
 * @throws with the server's own sentence when a call is refused
 */
export async function signIn(url, who) {
  const { response } = await send(url, 'POST', '/api/session', who, '')
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  return { url, cookie, call: async (method, path, body) => (await send(url, method, path, body, cookie)).reply }
}
