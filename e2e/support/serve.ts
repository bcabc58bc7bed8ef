import { join } from 'node:path'

import fastifyStatic from '@fastify/static'
import fastify from 'fastify'

/**
 * Serves the portal with its mock, as it was built: every page is index.html. `vite preview` compresses each file anew
 * for each visitor, which costs a run of the journeys more than the tests themselves.
 * Arguments: the built folder, the port.
 */
const [folder = '', port = ''] = process.argv.slice(2)
const app = fastify()
await app.register(fastifyStatic, { root: join(process.cwd(), folder), index: false, wildcard: false })
app.setNotFoundHandler((_request, reply) => reply.sendFile('index.html'))
await app.listen({ port: Number(port), host: 'localhost' })
