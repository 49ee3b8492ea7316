// Serves a suspect's network by @neo4j/graphql, on this machine alone and for reading alone: /nested is what the library
// makes of the model, /authorised the same with its row authorisation, /by_hand one field with a statement of its own.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

// The packages are where it was started, the files are beside this one.
const installed = createRequire(join(process.cwd(), 'package.json'));
const { Neo4jGraphQL } = installed('@neo4j/graphql');
const { execute, parse, validate } = installed('graphql');
const neo4j = installed('neo4j-driver');
const read = (name) => readFileSync(new URL(name, import.meta.url), 'utf8');

const BYTES = 64 * 1024;
const READING = 'extend schema @mutation(operations: []) @subscription(events: [])';
const GROUPS = ['sensitive', 'professional_standards'];
// Who asks may be in several groups and a record may name several; one rule for each group is how the library says that.
// The rules are for nodes: what restricts a relationship is not applied, which is less work than ours has.
const RESTRICTED = `@authorization(filter: [
  { where: { node: { restricted_to: { eq: null } } } }
  ${GROUPS.map((group) => `{ where: { AND: [
    { jwt: { groups: { includes: "${group}" } } } { node: { restricted_to: { includes: "${group}" } } }
  ] } }`).join('\n')}
])`;
const CHOSEN = '@authorization(filter: [{ where: { node: { audiences: { includes: "$jwt.audience" } } } }])';
const JWT = 'type JWT @jwt { groups: [String!]! audience: String! }';

const model = read('model.graphql');
const plain = model.replaceAll(' @restricted', '').replaceAll(' @chosen', '');
const rules = model.replaceAll('@restricted', RESTRICTED).replaceAll('@chosen', CHOSEN);
const byHand = `
  type OffenceOfNetwork { offence_id: String! code: String description: String }
  type IncidentOfNetwork { incident_id: String! reported_on: Date! kind: String offences: [OffenceOfNetwork!]! }
  type DyadOfNetwork {
    dyad_id: String! suspect_id: String! victim_id: String! incidents: Int! last_on: Date latest_grade: String
    score: Int! band: String! incident_ids: [String!]!
  }
  type PersonOfNetwork { person_id: String! name: String }
  type SuspectNetwork {
    person_id: String! name: String people: [PersonOfNetwork!]! dyads: [DyadOfNetwork!]! incidents: [IncidentOfNetwork!]!
  }
  type Query { network(id: String!): SuspectNetwork @cypher(columnName: "network", statement: """${read('by_hand.cypher')}""") }
`;

const driver = neo4j.driver(
  process.env.NEO4J_URI,
  neo4j.auth.basic(process.env.NEO4J_USERNAME, process.env.NEO4J_PASSWORD),
);
const made = async (...typeDefs) => new Neo4jGraphQL({ typeDefs: [READING, ...typeDefs], driver }).getSchema();
const schemas = {
  '/nested': await made(plain),
  '/authorised': await made(rules, JWT),
  '/by_hand': await made(byHand),
};

const prepared = new Map();
function document(path, query) {
  const key = `${path} ${query}`;
  if (!prepared.has(key)) {
    const parsed = parse(query);
    const errors = validate(schemas[path], parsed);
    if (errors.length) throw errors[0];
    prepared.set(key, parsed);
  }
  return prepared.get(key);
}

async function answer(path, body) {
  const { query, variables } = JSON.parse(body);
  return execute({
    schema: schemas[path],
    document: document(path, query),
    variableValues: variables,
    contextValue: {
      // As if a token had been checked: somebody without groups.
      jwt: { sub: 'bench', groups: [], audience: 'everyone' },
      sessionConfig: { database: process.env.CLEW_NEO4J_DATABASE },
    },
  });
}

const server = createServer((request, response) => {
  const chunks = [];
  let bytes = 0;
  request.on('data', (chunk) => {
    bytes += chunk.length;
    if (bytes > BYTES) request.destroy();
    else chunks.push(chunk);
  });
  request.on('end', async () => {
    let status = 200;
    let told;
    try {
      if (!(request.url in schemas)) throw new Error('There is no such address.');
      told = await answer(request.url, Buffer.concat(chunks).toString('utf8'));
    } catch (error) {
      status = 400;
      told = { errors: [{ message: error.message }] };
    }
    const text = JSON.stringify(told);
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    response.end(text);
  });
});

// Whoever started it closes its input to end it.
process.stdin.resume();
process.stdin.on('end', async () => {
  server.close();
  server.closeAllConnections();
  await driver.close();
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
