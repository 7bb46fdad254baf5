/** OpenAPI 3.1, written from the routes: what the server checks is what the document says. */
import { z } from 'zod'
import { pathNames, problem, type Route } from './route.ts'
import { routes } from './routes.ts'

type JsonObject = Record<string, unknown>

/** @param server the public URL, without a slash at the end */
export function openApi(server: string): JsonObject {
  const paths: Record<string, JsonObject> = {}
  for (const [operationId, route] of Object.entries<Route>(routes)) {
    const operations = (paths[route.path] ??= {})
    operations[route.method.toLowerCase()] = operation(operationId, route)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Rollcall admin API',
      version: '1',
      description:
        'What administrators can do, of the platform or of one tenant. Every refusal has the body of `problem`.',
    },
    servers: [{ url: server }],
    security: [{ operator: [] }],
    paths,
    components: {
      securitySchemes: { operator: { type: 'http', scheme: 'bearer', bearerFormat: 'rca_…' } },
      schemas: { problem: schemaOf(problem, 'output') },
    },
  }
}

function operation(operationId: string, route: Route): JsonObject {
  const inPath = new Set(pathNames(route.path))
  const { properties = {}, required = [] } = schemaOf(route.input, 'input') as {
    properties?: Record<string, JsonObject>
    required?: string[]
  }
  const names = Object.keys(properties)
  const hasBody = route.method === 'POST' || route.method === 'PATCH'
  const inQuery = names.filter((name) => !inPath.has(name) && !hasBody)
  const inBody = names.filter((name) => !inPath.has(name) && hasBody)
  return {
    operationId,
    summary: route.summary,
    parameters: [...inPath, ...inQuery].map((name) => ({
      name,
      in: inPath.has(name) ? 'path' : 'query',
      required: required.includes(name),
      schema: properties[name],
    })),
    ...(inBody.length === 0
      ? {}
      : {
          requestBody: json({
            type: 'object',
            properties: Object.fromEntries(inBody.map((name) => [name, properties[name]])),
            required: required.filter((name) => inBody.includes(name)),
            additionalProperties: false,
          }),
        }),
    responses: responses(route),
  }
}

function responses(route: Route): JsonObject {
  const refused = { description: 'Refused', ...json({ $ref: '#/components/schemas/problem' }) }
  const done =
    route.reply instanceof z.ZodUndefined
      ? { 204: { description: 'Done' } }
      : {
          [route.status ?? 200]: {
            description: 'Done',
            content: contentOf(route),
          },
        }
  return { ...done, default: refused }
}

function contentOf(route: Route): JsonObject {
  const schema = schemaOf(route.reply, 'output')
  return Object.fromEntries(typesOf(route).map((type) => [type, { schema }]))
}

/** Of an export, the schema is a row's. */
function typesOf({ streams, exports }: Route): string[] {
  if (exports !== undefined) return ['text/csv', 'application/x-ndjson']
  return [streams === true ? 'text/event-stream' : 'application/json']
}

function json(schema: JsonObject): JsonObject {
  return { content: { 'application/json': { schema } } }
}

function schemaOf(type: z.ZodType, io: 'input' | 'output'): JsonObject {
  const { $schema: _, ...schema } = z.toJSONSchema(type, { io })
  return schema
}
